-- name: known(collectivity_id, value)^
-- The person this collectivity knows at a mail address.
select p.id, p.name from identity i join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id
where i.collectivity_id = :collectivity_id and i.kind = 'email' and i.value = :value;

-- name: is_service(collectivity_id, service_id)$
-- Whether the collectivity has this service.
select exists (select from service s where s.collectivity_id = :collectivity_id and s.id = :service_id);
