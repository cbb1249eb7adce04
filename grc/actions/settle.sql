-- name: alarm(collectivity_id, id)$
-- The alarm of a ticket, if it has one.
select alarm from ticket where collectivity_id = :collectivity_id and id = :id;
