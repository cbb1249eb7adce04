-- name: serve(agent_id)!
-- Says whom this transaction serves: a call that he took is his to see, though its queue be of another service.
select set_config('grc.agent', :agent_id::int::text, true);

-- name: mine(agent_id, since)
-- The calls of an agent whose sheet is not filled in: the one he has, and those just over, the latest first.
select c.collectivity_id, c.id, c.direction, c.other, c.own, c.queue, c.outcome, c.rang_at, c.answered_at, c.ended_at, c.waited, c.talked,
       c.ticket_id
from call c
where c.agent_id = :agent_id and c.settled_at is null and c.direction <> 'internal' and c.outcome in ('talking', 'answered')
  and c.rang_at > :since::timestamptz
  and (c.ended_at is null or c.ended_at > :since::timestamptz)
  and c.collectivity_id = any((select scope_collectivities())::int[])
order by c.rang_at desc, c.id desc limit 3;

-- name: one(collectivity_id, id)^
-- A call that this agent may see.
select c.collectivity_id, c.id, c.direction, c.other, c.own, c.queue, c.outcome, c.rang_at, c.answered_at, c.ended_at, c.waited, c.talked,
       c.ticket_id, c.agent_id, c.settled_at, c.line, a.name as agent, t.reference,
       exists (select from recording r where r.collectivity_id = c.collectivity_id and r.call_id = c.id) as recording
from call c
left join agent a on a.id = c.agent_id
left join ticket t on t.collectivity_id = c.collectivity_id and t.id = c.ticket_id
where c.collectivity_id = :collectivity_id and c.id = :id;

-- name: settle(collectivity_id, id, ticket_id, now)$
-- The sheet of a call is filled in, or put away; the agent whose card it was.
update call set settled_at = :now, ticket_id = coalesce(:ticket_id::bigint, ticket_id)
where collectivity_id = :collectivity_id and id = :id returning agent_id;

-- name: services(collectivity_id, services)
-- The services of a collectivity among these, in their order.
select s.id, s.name, s.is_default from service s
where s.collectivity_id = :collectivity_id and s.id = any(:services::int[]) order by s.is_default desc, s.position, s.id;
