-- name: read(collectivity_id, ticket_id, now)!
-- What we wrote and he had not seen yet is seen now.
update message set first_read_at = :now
where collectivity_id = :collectivity_id and ticket_id = :ticket_id and direction = 'out' and audience = 'public' and first_read_at is null;
