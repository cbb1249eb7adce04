-- name: house(collectivity_id, email)^
-- The service that opens letters, how its collectivity is named, and the agent who answers them.
select s.id as service_id, s.slug, c.name, c.postal_address, a.id as agent_id, a.name as agent
from service s join collectivity c on c.id = s.collectivity_id join agent a on a.email = :email
where s.collectivity_id = :collectivity_id and s.is_default;

-- name: silent(collectivity_id, before, most)
-- Requests of persons, still open, where nothing has happened since `before`: those that a letter may answer.
select distinct on (t.requester_id) t.id, t.reference, t.subject, t.requester_id, t.requester_name from ticket t
where t.collectivity_id = :collectivity_id and t.phase = 'open' and t.type = 'general' and t.last_at < :before and t.on_behalf_of is null
  and t.passed_to is null
  and not exists (select from event e where e.collectivity_id = t.collectivity_id and e.ticket_id = t.id and e.at >= :before)
  and not exists (select from message m where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id and m.at >= :before)
order by t.requester_id, t.id limit :most;

-- name: give_home(collectivity_id, person_id, address)!
-- Where somebody lives.
update person set postal_address = :address where collectivity_id = :collectivity_id and id = :person_id;

-- name: add_read(collectivity_id, scan_id, pages, service_id, arrived_on, text, proposed, now)!
-- A letter that was cut and read, and waits on the desk.
insert into scan_letter (collectivity_id, scan_id, position, pages, state, service_id, arrived_on, text, proposed, due, waiting_since)
values (:collectivity_id, :scan_id, 1, :pages, 'waiting', :service_id, :arrived_on, :text, :proposed, :now, :now);

-- name: leaving(collectivity_id, message_id)^
-- The delivery of an answer.
select id from outgoing where collectivity_id = :collectivity_id and message_id = :message_id;

-- name: printed(collectivity_id, outgoing_id, now)!
-- Its letter is written: the delivery waits for a printer, and has its evidence.
with standing as (
    update outgoing set state = 'to-print', tries = 1 where collectivity_id = :collectivity_id and id = :outgoing_id
    returning collectivity_id, id
)
insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
select collectivity_id, id, :now::timestamptz, 'to-print', 'lettre à imprimer' from standing;
