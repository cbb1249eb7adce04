-- name: place(collectivity_id, slug, services)^
-- Where an agent's own ticket begins: the service its type names, else the first of his here.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) as service, s.id as service_id
from service s join collectivity c on c.id = s.collectivity_id
where s.collectivity_id = :collectivity_id::int and (s.slug = :slug::text or s.id = any(:services::int[]))
order by s.slug = :slug::text desc, s.position, s.id limit 1;
