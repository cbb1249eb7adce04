-- name: applied()
-- The rules of the agency that are in use, in their order, with who is competent as he stands now.
select k.id, k.title, k.types, k.words, k.communes, k.epci, k.who, k.competent_id, k.begins_on, k.ends_on, k.active, k.example,
       case when k.who = 'outside' then jsonb_build_array(null, false, 'outside', k.body_name, k.body_email, k.body_address)
            when c.id is not null then jsonb_build_array(c.id, c.active, c.kind, c.name, c.email, c.postal_address) end as body
from competence k
join collectivity owner on owner.id = k.collectivity_id and owner.kind = 'agency'
left join collectivity c on c.id = k.competent_id
where k.active
order by k.id;

-- name: rules()
-- All rules of the agency in their order, with who is competent as he stands now, and who wrote them.
select k.id, k.title, k.types, k.words, k.communes, k.epci, k.who, k.competent_id, k.begins_on, k.ends_on, k.active, k.example,
       case when k.who = 'outside' then jsonb_build_array(null, false, 'outside', k.body_name, k.body_email, k.body_address)
            when c.id is not null then jsonb_build_array(c.id, c.active, c.kind, c.name, c.email, c.postal_address) end as body,
       k.made_at, m.name as made_by, k.changed_at, g.name as changed_by
from competence k
join collectivity owner on owner.id = k.collectivity_id and owner.kind = 'agency'
left join collectivity c on c.id = k.competent_id
left join agent m on m.id = k.made_by
left join agent g on g.id = k.changed_by
order by k.id;

-- name: place_of(insee)^
-- A commune, its EPCI, and both as bodies that may be competent.
select m.insee, m.name, m.epci_siren as siren,
       case when c.id is not null then jsonb_build_array(c.id, c.active, c.kind, c.name, c.email, c.postal_address) end as commune,
       case when e.id is not null then jsonb_build_array(e.id, e.active, e.kind, e.name, e.email, e.postal_address) end as epci
from commune m
left join collectivity c on c.id = m.collectivity_id
left join collectivity e on e.siren = m.epci_siren
where m.insee = :insee;

-- name: home_of(collectivity_id)^
-- The same of the place a collectivity stands for: a commune, or an EPCI as a whole.
select c.insee, c.name, coalesce(m.epci_siren, c.siren) as siren,
       case when c.kind = 'commune' then jsonb_build_array(c.id, c.active, c.kind, c.name, c.email, c.postal_address) end as commune,
       case when e.id is not null then jsonb_build_array(e.id, e.active, e.kind, e.name, e.email, e.postal_address) end as epci
from collectivity c
left join commune m on m.collectivity_id = c.id
left join collectivity e on e.kind = 'epci' and e.siren = coalesce(m.epci_siren, c.siren)
where c.id = :collectivity_id and c.kind in ('commune', 'epci');

-- name: write(owner, id, title, types, words, communes, epci, who, competent_id, body_name, body_email, body_address, begins_on, ends_on, active, example, agent_id, now)$
-- Changes a rule, or adds one where no number is given; its number.
with changed as (
    update competence k
    set title = :title, types = :types::text[], words = :words::text[], communes = :communes::text[], epci = :epci::text[], who = :who,
        competent_id = :competent_id::int, body_name = :body_name, body_email = :body_email, body_address = :body_address,
        begins_on = :begins_on::date, ends_on = :ends_on::date, active = :active, example = :example, changed_at = :now,
        changed_by = :agent_id::int
    where k.collectivity_id = :owner and k.id = :id::int
    returning k.id
), added as (
    insert into competence (collectivity_id, title, types, words, communes, epci, who, competent_id, body_name, body_email, body_address,
                            begins_on, ends_on, active, example, made_at, made_by, changed_at, changed_by)
    select :owner, :title, :types::text[], :words::text[], :communes::text[], :epci::text[], :who, :competent_id::int, :body_name,
           :body_email, :body_address, :begins_on::date, :ends_on::date, :active, :example, :now, :agent_id::int, :now, :agent_id::int
    where :id::int is null
    returning id
)
select id from changed union all select id from added;

-- name: territories(slugs, codes)
-- The communes and EPCI of these names or codes.
select 'commune' as kind, m.insee as code, m.name, m.slug from commune m where m.slug = any(:slugs::text[]) or m.insee = any(:codes::text[])
union all
select 'epci', c.siren, c.name, c.slug from collectivity c
where c.kind = 'epci' and c.siren is not null and (c.slug = any(:slugs::text[]) or c.siren = any(:codes::text[]));

-- name: bodies(slug, code)
-- The collectivities of this name or code.
select c.id, c.name from collectivity c where c.slug = :slug or c.insee = :code or c.siren = :code order by c.id limit 2;

-- name: choices()
-- Every collectivity by name, for whoever says which one is competent.
select c.name, coalesce(c.insee, c.siren, '') as code from collectivity c order by c.slug, c.id;
