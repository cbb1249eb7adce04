-- name: known(collectivity_id, person_id)^
-- A person as he stands, for whoever is about to correct it.
select p.id, p.name, p.postal_address, p.on_paper_since, p.on_paper_how
from person p where p.collectivity_id = :collectivity_id and p.id = :person_id for update;

-- name: rename(collectivity_id, person_id, name)!
-- His name; the requests of his that go on are called so, too, as far as the asker reaches them.
with named as (
    update person set name = :name where collectivity_id = :collectivity_id and id = :person_id
)
update ticket t set requester_name = :name
from same_person(:collectivity_id::int, :person_id::bigint) m
where t.collectivity_id = :collectivity_id and t.requester_id = m.id and t.phase = 'open';

-- name: lives(collectivity_id, person_id, postal_address)!
-- Where letters reach him.
update person set postal_address = :postal_address where collectivity_id = :collectivity_id and id = :person_id;

-- name: on_paper(collectivity_id, person_id, since, how)!
-- Whether he refuses electronic answers (L112-14): since when, and how that is known.
update person set on_paper_since = :since::timestamptz, on_paper_how = :how where collectivity_id = :collectivity_id and id = :person_id;

-- name: add(collectivity_id, person_id, kind, value, label)$
-- One more address of his; no row where somebody is known at it already.
insert into identity (collectivity_id, kind, value, person_id, label)
values (:collectivity_id, :kind, :value, :person_id, :label)
on conflict do nothing returning value;

-- name: whose(collectivity_id, kind, value)^
-- Who is known at an address.
select p.id, p.name from identity i
join person o on o.collectivity_id = i.collectivity_id and o.id = i.person_id
join person p on p.collectivity_id = o.collectivity_id and p.id = coalesce(o.joined_into, o.id)
where i.collectivity_id = :collectivity_id and i.kind = :kind and i.value = :value;

-- name: drop(collectivity_id, person_id, kind, value)$
-- An address that is not his, or no longer.
delete from identity i using same_person(:collectivity_id::int, :person_id::bigint) m
where i.collectivity_id = :collectivity_id and i.person_id = m.id and i.kind = :kind and i.value = :value
returning i.label;
