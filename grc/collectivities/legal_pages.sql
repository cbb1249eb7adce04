-- name: current(collectivity_id)^
-- What a collectivity says of itself on its legal pages now, and since when.
select p.content, p.made_at from legal_page p where p.collectivity_id = :collectivity_id and p.current;

-- name: versions(collectivity_id)
-- All that a collectivity ever said on its legal pages, the latest first.
select p.id, p.content, p.current, p.made_at, a.name as author
from legal_page p left join agent a on a.id = p.made_by
where p.collectivity_id = :collectivity_id
order by p.id desc;

-- name: unfinished()
-- The collectivities in service that have not written their legal pages yet, by name.
select c.id, c.kind, c.name, coalesce(c.insee, c.siren) as code
from collectivity c
where c.active and not exists (select from legal_page p where p.collectivity_id = c.id and p.current)
order by c.name, c.id;

-- name: retire(collectivity_id)!
-- What was said until now is no longer so; it is kept.
update legal_page set current = false where collectivity_id = :collectivity_id and current;

-- name: put(collectivity_id, content, now, agent_id)$
-- New content of the legal pages, from now on.
insert into legal_page (collectivity_id, content, current, made_at, made_by)
values (:collectivity_id, :content, true, :now, :agent_id)
returning id;
