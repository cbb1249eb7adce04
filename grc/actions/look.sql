-- name: seen(collectivity_id, id)$
-- Marks a ticket as looked at; no row where it was already.
update ticket set unread = false where collectivity_id = :collectivity_id and id = :id and unread returning id;
