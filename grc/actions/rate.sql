-- name: ratings(collectivity_id, ticket_id, since)$
-- How often a request was rated since it was closed.
select count(*)::int from event e
where e.collectivity_id = :collectivity_id and e.ticket_id = :ticket_id and e.what = 'rated' and e.at >= :since::timestamptz;
