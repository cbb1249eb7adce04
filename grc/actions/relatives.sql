-- name: others(collectivity_id, ticket_id)
-- The rows by which other tickets are linked with this one: theirs.
select l.collectivity_id, l.ticket_id, l.other_reference as reference, l.other_title as title, l.other_place as place, l.waits
from link l where l.other_collectivity_id = :collectivity_id and l.other_ticket_id = :ticket_id and l.ended_at is null;

-- name: mark(collectivity_id, ticket_id, other_collectivity_id, other_ticket_id)$
-- Notes on a ticket's link how the other stands at this moment, and says whether it is closed; no row where that was known.
update link l set closed = o.phase = 'closed'
from ticket o
where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id
  and l.other_collectivity_id = :other_collectivity_id and l.other_ticket_id = :other_ticket_id
  and o.collectivity_id = :other_collectivity_id and o.id = :other_ticket_id and l.closed <> (o.phase = 'closed')
returning l.closed;

-- name: belongs(collectivity_id, ticket_id, other_collectivity_id, other_ticket_id)$
-- Whether a ticket stands below this one at this moment.
select exists (select from link l where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id and l.kind = 'below'
               and l.other_collectivity_id = :other_collectivity_id and l.other_ticket_id = :other_ticket_id and l.ended_at is null);

-- name: below(collectivity_id, ticket_id)
-- The tickets linked below this one that are open.
select l.other_collectivity_id, l.other_ticket_id from link l
where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id and l.kind = 'below' and not l.closed and l.ended_at is null
order by l.other_ticket_id;
