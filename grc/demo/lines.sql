-- name: collectivity(code)$
-- The collectivity of an INSEE code or a SIREN.
select c.id from collectivity c where coalesce(c.insee, c.siren) = :code;
