-- name: request(collectivity_id, before)^
-- The last request by mail of somebody's only one with which nothing happened since a day, and who leads there.
select t.collectivity_id, t.id, t.reference, lower(t.answer_addr) as value,
       (select m.agent_id from membership m where m.collectivity_id = t.collectivity_id and m.role = 'admin' order by m.agent_id limit 1)
           as agent_id
from ticket t
where t.collectivity_id = :collectivity_id and t.channel = 'email' and t.phase = 'closed' and t.passed_to is null
  and not exists (select from event e where e.collectivity_id = t.collectivity_id and e.ticket_id = t.id and e.at > :before)
  and not exists (select from ticket o where o.collectivity_id = t.collectivity_id and o.requester_id = t.requester_id and o.id <> t.id)
order by t.opened_at desc, t.id
limit 1;

-- name: name_of(agent_id)$
-- An agent's name.
select name from agent where id = :agent_id;
