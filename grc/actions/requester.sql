-- name: acts(collectivity_id, ticket_id, since)$
-- How often whoever asked has acted on his request of late: transitions and ratings that no agent made.
select count(*)::int from event e
where e.collectivity_id = :collectivity_id and e.ticket_id = :ticket_id and e.at > :since::timestamptz and e.agent_id is null
  and (e.what = 'rated' or (e.what in ('state', 'act') and e.data ? 'transition'));
