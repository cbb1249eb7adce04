-- name: on_its_way(collectivity_id, ticket_id)$
-- The state of an acknowledgement that has not left yet: it waits for an agent, or for the relay.
select o.state from message m
join outgoing o on o.collectivity_id = m.collectivity_id and o.ticket_id = m.ticket_id and o.message_id = m.id
where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id and m.kind = 'ack'
  and o.state in ('held', 'created', 'sending', 'temporary-failure')
order by o.id desc limit 1;
