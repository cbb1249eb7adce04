-- name: kinds(ids)
-- The kind of these collectivities.
select c.id, c.kind from collectivity c where c.id = any(:ids::int[]);

-- name: names(ids)
-- What these collectivities are called.
select c.id, c.name from collectivity c where c.id = any(:ids::int[]);

-- name: agency()$
-- The collectivity that serves the others.
select c.id from collectivity c where c.kind = 'agency' order by c.id limit 1;

-- name: by_code(code)$
-- The collectivity of an INSEE code or a SIREN.
select c.id from collectivity c where c.insee = :code or c.siren = :code order by c.insee = :code desc limit 1;
