-- name: narrow_open(cols, services, at, id, most)
-- A page of the open tickets of a few services, the latest first: the top of each service, then the top of all.
select t.collectivity_id, t.id
from service s
cross join lateral (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit :most
) t
where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
order by t.last_at desc, t.id desc limit :most;
