-- name: place(id, agency)^
-- The collectivity where a ticket is to be opened, its services by slug, and the one that receives what nobody else does.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       (select coalesce(jsonb_object_agg(s.slug, jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone)), '{}')
        from service s where s.collectivity_id = c.id) as services,
       (select jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone)
        from service s where s.collectivity_id = c.id order by s.is_default desc, s.position, s.id limit 1) as default
from collectivity c
where c.active and case when :agency::boolean then c.kind = 'agency' else c.id = :id::int end
order by c.id limit 1;

-- name: known(collectivity_id, kind, value)^
-- The person this collectivity knows at an address.
select p.id, p.name from identity i join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id
where i.collectivity_id = :collectivity_id and i.kind = :kind and i.value = :value;
