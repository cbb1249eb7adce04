-- name: place(collectivity_id, slug)^
-- Where a request is made: the collectivity and one of its services.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) as service
from service s join collectivity c on c.id = s.collectivity_id
where s.collectivity_id = :collectivity_id and s.slug = :slug;
