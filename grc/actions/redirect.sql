-- name: failed(collectivity_id, id)^
-- The ticket of a message whose delivery failed for good and is not dealt with, and whom the message is for.
select o.ticket_id, m.audience from outgoing o join message m on m.collectivity_id = o.collectivity_id and m.id = o.message_id
where o.collectivity_id = :collectivity_id and o.id = :id and o.ticket_id is not null
  and o.state in ('permanent-failure', 'technical-failure') and o.settled_at is null;

-- name: settle(collectivity_id, id, now)$
-- A failure is dealt with; no row where it was meanwhile.
update outgoing set settled_at = :now
where collectivity_id = :collectivity_id and id = :id and state in ('permanent-failure', 'technical-failure') and settled_at is null
returning id;

-- name: again(collectivity_id, id, channel, account, to_addr, now)!
-- The same message as a new delivery, by another way or to another address.
insert into outgoing (collectivity_id, ticket_id, message_id, channel, account, to_addr, automatic, state, due, created_at)
select o.collectivity_id, o.ticket_id, o.message_id, :channel, :account, :to_addr, o.automatic, 'created', :now, :now
from outgoing o where o.collectivity_id = :collectivity_id and o.id = :id;

-- name: looked(collectivity_id, id, now, agent_id, who, detail)!
-- Writes down who sent it elsewhere.
insert into ledger_look (collectivity_id, at, agent_id, who, what, outgoing_id, detail)
values (:collectivity_id, :now, :agent_id, :who, 'redirected', :id, :detail);
