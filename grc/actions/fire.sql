-- name: passed(now, after, beyond, most)
-- Deadlines and reminders that have passed unmet and unheard, the longest waiting first, from a place on; their tickets are held. Those of
-- tickets that somebody else holds are passed over.
select d.collectivity_id, d.ticket_id, d.due_at, d.id
from deadline d join ticket t on t.collectivity_id = d.collectivity_id and t.id = d.ticket_id
where d.met_at is null and d.fired_at is null and d.paused_at is null and d.due_at <= :now
  and (d.due_at, d.id) > (:after::timestamptz, :beyond::bigint)
order by d.due_at, d.id
limit :most
for update of t skip locked;

-- name: fired(collectivities, tickets, now)
-- Marks as acted on all that has passed of tickets in hand, and gives it; what was met, stopped or acted on meanwhile is not among it.
-- The coalesce keeps the index of all that is to fire out of it: after days of downtime, that one is read whole for each batch.
update deadline d set fired_at = :now
from unnest(:collectivities::int[], :tickets::bigint[]) as held (collectivity_id, ticket_id)
where d.collectivity_id = held.collectivity_id and d.ticket_id = held.ticket_id
  and d.due_at <= :now and coalesce(d.met_at, d.fired_at, d.paused_at) is null
returning d.collectivity_id, d.ticket_id, d.id, d.kind, d.due_at, d.reminds;
