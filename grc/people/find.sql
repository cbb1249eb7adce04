-- name: search(collectivity_id, words, addresses, most)
-- The persons whose name or address begins so, the latest met first: of the asker's services, or of none yet.
select found.id from search_persons(:collectivity_id::int, :words::text[], :addresses::text[], :most::int) found (id);

-- name: known_at(collectivity_id, kind, values)
-- The persons known at exactly one of these addresses, each as the one he is joined into.
select distinct coalesce(p.joined_into, p.id) as id
from identity i join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id
where i.collectivity_id = :collectivity_id and i.kind = :kind and i.value = any(:values::text[])
order by id limit 20;

-- name: asked(collectivity_id, reference)
-- Who asked for what has this reference.
select coalesce(p.joined_into, p.id) as id
from ticket t join person p on p.collectivity_id = t.collectivity_id and p.id = t.requester_id
where t.collectivity_id = :collectivity_id and t.reference = :reference
limit 1;

-- name: persons(collectivity_id, ids)
-- Persons with all they are known by, whoever they are joined with included, and how many of their requests the asker may see are open.
select p.id, p.name, p.postal_address, person_within(:collectivity_id::int, p.id) as within,
       (select coalesce(jsonb_agg(jsonb_build_array(i.kind, i.value, i.label, i.verified_at is not null) order by i.kind, i.value), '[]')
        from same_person(:collectivity_id::int, p.id) m
        join identity i on i.collectivity_id = :collectivity_id and i.person_id = m.id) as addresses,
       (select count(*)::int from (
            select from same_person(:collectivity_id::int, p.id) m
            join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id and t.phase = 'open' limit 100) n) as open,
       (select max(t.last_at) from (
            select t.last_at from same_person(:collectivity_id::int, p.id) m
            join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id
            order by t.id desc limit 5) t) as last_at
from unnest(:ids::bigint[]) with ordinality as wanted (id, rank)
join person p on p.collectivity_id = :collectivity_id and p.id = wanted.id
order by wanted.rank;

-- name: open_requests(collectivity_id, person_id, most)
-- What a person waits for, the latest first, as far as the asker may see it.
select t.reference, t.subject, t.type, t.version, t.variant, t.state, s.name as service, t.opened_at, t.last_at, t.due_at
from same_person(:collectivity_id::int, :person_id::bigint) m
join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id and t.phase = 'open'
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
order by t.last_at desc, t.id desc
limit :most;

-- name: place(person_id, collectivities)^
-- In which of these collectivities a person is known, and who he is one with there.
select p.collectivity_id, coalesce(p.joined_into, p.id) as id
from person p where p.collectivity_id = any(:collectivities::int[]) and p.id = :person_id;

-- name: reach(code)^
-- The collectivity of an INSEE code or a SIREN with all its services: how far whoever looks for all of it reaches.
select c.id, array(select s.id from service s where s.collectivity_id = c.id) as services
from collectivity c where c.insee = :code or c.siren = :code;
