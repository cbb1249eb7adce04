-- name: colleague(agent_id, collectivity_id, service_id)^
-- An agent who sees the tickets of this service, with his name.
select a.id, a.name from agent a
where a.id = :agent_id and a.active and exists (
    select from membership m
    where m.agent_id = a.id and m.collectivity_id = :collectivity_id and coalesce(m.service_id, :service_id) = :service_id);
