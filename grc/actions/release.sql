-- name: release(collectivity_id, ticket_id, now)
-- Puts the held deliveries of a ticket in line. Their two days of tries, and their day of the cap, begin now.
update outgoing set state = 'created', due = :now, created_at = :now
where collectivity_id = :collectivity_id and ticket_id = :ticket_id and state = 'held'
returning id, to_addr;
