-- name: places(collectivities)
-- The collectivities whose notices may be worded, with what they say of their own.
select c.id, c.kind, c.name, c.settings from collectivity c where c.id = any(:collectivities::int[]) and c.active order by c.name;

-- name: versions(collectivity_id)
-- All words of notices of a collectivity, the latest first.
select n.id, n.name, n.subject, n.body_text, n.body_html, n.current, n.made_at, a.name as author
from notice_text n left join agent a on a.id = n.made_by
where n.collectivity_id = :collectivity_id
order by n.id desc;
