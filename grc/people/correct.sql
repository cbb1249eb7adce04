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
-- Whether he, and whoever is one with him, refuses electronic answers (L112-14): since when, and how that is known.
update person p set on_paper_since = :since::timestamptz, on_paper_how = :how
from same_person(:collectivity_id::int, :person_id::bigint) m
where p.collectivity_id = :collectivity_id and p.id = m.id;

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

-- name: standing(collectivity_id, person_id)^
-- What is known of a person besides his addresses; a refusal of anybody who is one with him counts for the whole.
select w.postal_address, r.on_paper_since, coalesce(r.on_paper_how, '') as on_paper_how
from person w
left join lateral (
    select p.on_paper_since, p.on_paper_how from same_person(:collectivity_id::int, w.id) m
    join person p on p.collectivity_id = :collectivity_id and p.id = m.id
    where p.on_paper_since is not null order by p.on_paper_since limit 1
) r on true
where w.collectivity_id = :collectivity_id and w.id = :person_id;

-- name: meet(collectivity_id, person_id, kinds, values, labels, postal_address)!
-- What somebody who came told of himself: addresses that nobody is known at yet, and where he lives, where that was not known.
with told as (
    insert into identity (collectivity_id, kind, value, person_id, label)
    select :collectivity_id, t.kind, t.value, :person_id, t.label from unnest(:kinds::text[], :values::text[], :labels::text[]) as t (kind, value, label)
    on conflict do nothing
)
update person set postal_address = :postal_address
where collectivity_id = :collectivity_id and id = :person_id and postal_address = '' and :postal_address <> '';
