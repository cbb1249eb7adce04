-- name: known(collectivity_id, value)^
-- The person this collectivity knows at a mail address.
select p.id, p.name from identity i join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id
where i.collectivity_id = :collectivity_id and i.kind = 'email' and i.value = :value;

-- name: facts(collectivity_id, service_id)^
-- Who writes: a service with its collectivity; no row where the collectivity has no such service.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) as service
from service s join collectivity c on c.id = s.collectivity_id
where s.collectivity_id = :collectivity_id::int and s.id = :service_id::int;
