-- name: destination(collectivity_id, service_id, assignee_id)^
-- A service of the collectivity, and whether the present assignee sees its tickets too.
select s.name, exists (
    select from membership m
    where m.agent_id = :assignee_id::int and m.collectivity_id = s.collectivity_id and coalesce(m.service_id, s.id) = s.id
) as assignee_follows
from service s where s.collectivity_id = :collectivity_id and s.id = :service_id;

-- name: widen(services)$
-- Lets the rest of this transaction see these services.
select set_config('grc.services', (:services::int[])::text, true);
