-- name: heads(collectivity_id, service_id)
-- Who leads a service.
select a.id, a.name from heads_of(:collectivity_id::int, :service_id::int) h join agent a on a.id = h.agent_id order by a.name;
