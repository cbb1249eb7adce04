-- name: release(collectivity_id, ticket_id, now)
-- Puts the held deliveries of a ticket in line.
update outgoing set state = 'created', due = :now
where collectivity_id = :collectivity_id and ticket_id = :ticket_id and state = 'held'
returning id, to_addr;
