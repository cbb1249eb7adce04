-- name: places(collectivities)
-- How the collectivities of tickets are named on one another.
select c.id, c.kind, c.name from collectivity c where c.id = any(:collectivities::int[]);

-- name: standing(collectivity_id, ticket_id, collectivities, tickets)
-- Which of these tickets belong together with this one already.
select l.other_collectivity_id, l.other_ticket_id
from link l
join unnest(:collectivities::int[], :tickets::bigint[]) as asked (collectivity_id, ticket_id)
  on asked.collectivity_id = l.other_collectivity_id and asked.ticket_id = l.other_ticket_id
where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id and l.ended_at is null;

-- name: untie(collectivity_id, ticket_id, other_collectivity_id, other_ticket_id, now)^
-- Ends the row of one side of a link; none where it has ended already.
update link set ended_at = :now
where collectivity_id = :collectivity_id and ticket_id = :ticket_id
  and other_collectivity_id = :other_collectivity_id and other_ticket_id = :other_ticket_id and ended_at is null
returning other_reference, other_place;
