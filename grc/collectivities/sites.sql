-- name: own(collectivity_id)
-- The web sites that a collectivity has named, by their names.
select origin from web_site where collectivity_id = :collectivity_id order by origin;

-- name: allowed(collectivity_id)
-- The web sites that may show the forms of a collectivity: its own, and those of the agency, whose shared page leads to every form.
select distinct w.origin
from web_site w join collectivity c on c.id = w.collectivity_id
where w.collectivity_id = :collectivity_id or (w.collectivity_id = c.id and c.kind = 'agency')
order by w.origin;

-- name: everything()
-- All web sites, by collectivity.
select coalesce(c.insee, c.siren, c.id::text) as code, c.name, array_agg(w.origin order by w.origin) as origins
from web_site w join collectivity c on c.id = w.collectivity_id
group by c.id order by c.kind <> 'agency', c.slug, c.id;

-- name: keep(collectivity_id, origins, now, agent_id)!
-- These, and no others, from now on; those that stay keep who named them.
with gone as (
    delete from web_site where collectivity_id = :collectivity_id and origin <> all(:origins::text[])
)
insert into web_site (collectivity_id, origin, made_at, made_by)
select :collectivity_id, origin, :now, :agent_id::int from unnest(:origins::text[]) as named (origin)
on conflict do nothing;
