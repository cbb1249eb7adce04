-- name: of_ticket(collectivity_id, ticket_id)
-- The appointments of a ticket, the latest first.
select p.* from appointment_row p
where p.collectivity_id = :collectivity_id and p.ticket_id = :ticket_id
order by p.starts_at desc, p.id desc limit 100;

-- name: one(collectivity_id, ticket_id, id)^
-- One appointment of a ticket.
select p.* from appointment_row p
where p.collectivity_id = :collectivity_id and p.ticket_id = :ticket_id and p.id = :id;

-- name: between(collectivities, since, until)
-- The appointments of these collectivities in a span of time that the reader may see, cancelled ones left out.
select p.* from appointment_row p
where p.collectivity_id = any(:collectivities::int[]) and p.starts_at >= :since and p.starts_at < :until and p.state <> 'cancelled'
order by p.starts_at, p.id limit 1000;

-- name: of_feed(digest, since)
-- The appointments of the agent whose calendar reads at this address, where he still sees their tickets.
select p.*
from calendar_feed f
join agent g on g.id = f.agent_id and g.active
cross join lateral (select distinct m.collectivity_id from membership m where m.agent_id = f.agent_id) c
join appointment_row p on p.collectivity_id = c.collectivity_id and p.agent_id = f.agent_id and p.starts_at > :since
where f.digest = :digest
  and exists (select from membership m where m.agent_id = f.agent_id and m.collectivity_id = p.collectivity_id
              and coalesce(m.service_id, p.service_id) = p.service_id)
order by p.starts_at, p.id limit 2000;

-- name: feed_of(digest)^
-- Whose calendar reads at this address.
select g.name from calendar_feed f join agent g on g.id = f.agent_id and g.active where f.digest = :digest;

-- name: feed(agent_id)$
-- Since when an agent's calendar reads his appointments.
select made_at from calendar_feed where agent_id = :agent_id;

-- name: open_feed(agent_id, digest, now)!
-- Gives an agent's appointments a new address; the one before is worth nothing.
insert into calendar_feed (agent_id, digest, made_at) values (:agent_id, :digest, :now)
on conflict (agent_id) do update set digest = excluded.digest, made_at = excluded.made_at;

-- name: close_feed(agent_id)!
-- Ends the address of an agent's appointments.
delete from calendar_feed where agent_id = :agent_id;

-- name: overlapping(collectivity_id, agent_id, starts_at, ends_at, apart)
-- What an agent has planned already in these hours; of the day before, an appointment may reach into them.
select t.reference, p.starts_at, p.ends_at
from appointment p join ticket t on t.collectivity_id = p.collectivity_id and t.id = p.ticket_id
where p.collectivity_id = :collectivity_id and p.agent_id = :agent_id and p.state = 'planned' and p.id <> :apart::bigint
  and p.starts_at < :ends_at::timestamptz and p.starts_at > :starts_at::timestamptz - interval '1 day' and p.ends_at > :starts_at::timestamptz
order by p.starts_at limit 3;

-- name: add(collectivity_id, ticket_id, agent_id, kind, starts_at, ends_at, place, now)$
-- Keeps an appointment; its number.
insert into appointment (collectivity_id, ticket_id, agent_id, kind, starts_at, ends_at, place, made_at)
values (:collectivity_id, :ticket_id, :agent_id, :kind, :starts_at, :ends_at, :place, :now)
returning id;

-- name: move(collectivity_id, id, agent_id, starts_at, ends_at, place)!
-- Gives an appointment another time, agent or place.
update appointment set agent_id = :agent_id, starts_at = :starts_at, ends_at = :ends_at, place = :place, changes = changes + 1
where collectivity_id = :collectivity_id and id = :id;

-- name: end(collectivity_id, id, state)!
-- An appointment was kept, or will not be.
update appointment set state = :state, changes = changes + 1 where collectivity_id = :collectivity_id and id = :id;

-- name: where_to(collectivity_id, ticket_id)^
-- Where whoever asked is: his member's address, else what he gave of a place.
select coalesce(nullif(m.postal_address, ''), t.fields -> 'lieu' ->> 'text', nullif(t.fields ->> 'postal_address', ''), '') as place
from ticket t left join collectivity m on m.id = t.on_behalf_of
where t.collectivity_id = :collectivity_id and t.id = :ticket_id;
