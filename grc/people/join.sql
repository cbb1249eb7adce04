-- name: whole(collectivity_id, ids)
-- Persons by their numbers, each with the one he is joined into.
select p.id, p.name, coalesce(p.joined_into, p.id) as root
from person p where p.collectivity_id = :collectivity_id and p.id = any(:ids::bigint[]);

-- name: hold(collectivity_id, roots)
-- Holds these persons and all who are joined into them: what is done to one is done one after the other.
select p.id, p.name, coalesce(p.joined_into, p.id) as root
from person p
where p.collectivity_id = :collectivity_id and (p.id = any(:roots::bigint[]) or p.joined_into = any(:roots::bigint[]))
order by p.id
for update;

-- name: move(collectivity_id, ids, into)!
-- Joins persons into another one; into none, where they are parted.
update person set joined_into = :into where collectivity_id = :collectivity_id and id = any(:ids::bigint[]);

-- name: note(collectivity_id, person_id, at, who, agent_id, what, why, data)$
-- Writes down what happened to what is known of a person.
insert into person_event (collectivity_id, person_id, at, who, agent_id, what, why, data)
values (:collectivity_id, :person_id, :at, :who, :agent_id, :what, :why, :data)
returning id;

-- name: tell(collectivity_id, persons, at, who, agent_id, what, why, data, most)
-- A line in the timelines of the latest requests of these persons, as far as the asker reaches them.
with theirs as (
    select t.id, t.phase from ticket t
    where t.collectivity_id = :collectivity_id and t.requester_id = any(:persons::bigint[]) and t.passed_to is null
    order by t.id desc limit :most
), telling as (
    insert into event (collectivity_id, ticket_id, at, who, agent_id, what, why, data)
    select :collectivity_id::int, t.id, :at::timestamptz, :who::text, :agent_id::int, :what::text, :why::text, :data::jsonb from theirs t
)
select t.id from theirs t where t.phase = 'open';

-- name: joining(collectivity_id, id)^
-- One joining, as it was written down, and whether it still stands.
select e.person_id as keep, (e.data ->> 'other')::bigint as other,
       (select array_agg(m::bigint) from jsonb_array_elements_text(e.data -> 'moved') m) as moved,
       not exists (select from person_event p
                   where p.collectivity_id = e.collectivity_id and p.person_id = e.person_id and p.id > e.id
                   and p.what = 'parted' and p.data ->> 'joining' = e.id::text) as stands
from person_event e where e.collectivity_id = :collectivity_id and e.id = :id and e.what = 'joined';

-- name: joinings(collectivity_id, person_id)
-- The joinings of a person that stand, the latest first.
select e.id, e.at, e.who, e.why, (e.data ->> 'other')::bigint as other, p.name
from same_person(:collectivity_id::int, :person_id::bigint) m
join person_event e on e.collectivity_id = :collectivity_id and e.person_id = m.id and e.what = 'joined'
join person p on p.collectivity_id = :collectivity_id and p.id = (e.data ->> 'other')::bigint and p.joined_into is not null
where not exists (select from person_event d
                  where d.collectivity_id = :collectivity_id and d.person_id = e.person_id and d.id > e.id
                  and d.what = 'parted' and d.data ->> 'joining' = e.id::text)
order by e.id desc;

-- name: history(collectivity_id, person_id, most)
-- What happened to what is known of a person, the latest first.
select e.id, e.at, e.who, e.what, e.why, e.data
from same_person(:collectivity_id::int, :person_id::bigint) m
join person_event e on e.collectivity_id = :collectivity_id and e.person_id = m.id
order by e.id desc limit :most;
