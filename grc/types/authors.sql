-- name: authors(ids)
-- The collectivities that somebody acts for, the agency first.
select c.id, c.kind, coalesce(c.insee, c.siren, c.id::text) as code, c.name
from collectivity c where c.id = any(:ids::int[]) order by (c.kind = 'agency') desc, c.name;

-- name: agency()^
-- The collectivity that serves the others.
select c.name from collectivity c where c.kind = 'agency' order by c.id limit 1;
