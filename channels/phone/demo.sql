-- name: persons(collectivity_id, most)
-- Persons of a collectivity who wait for something, to be given a number of the demonstration.
select distinct on (t.requester_id) t.requester_id as id from ticket t
where t.collectivity_id = :collectivity_id and t.phase = 'open' and t.on_behalf_of is null
  and not exists (select from identity i where i.collectivity_id = t.collectivity_id and i.person_id = t.requester_id and i.kind = 'tel')
order by t.requester_id limit :most;

-- name: give_numbers(collectivity_id, persons, numbers, labels)!
-- Gives persons their telephone numbers.
insert into identity (collectivity_id, kind, value, person_id, label)
select :collectivity_id, 'tel', n.number, n.person, n.label
from unnest(:persons::bigint[], :numbers::text[], :labels::text[]) as n (person, number, label)
on conflict do nothing;

-- name: give_lines(emails, lines)!
-- Says whose extensions these are.
update agent a set preferences = a.preferences || jsonb_build_object('lines', jsonb_build_array(n.line))
from unnest(:emails::text[], :lines::text[]) as n (email, line) where a.email = n.email;
