-- name: known(collectivity_id, value)^
-- The person this collectivity knows at a mail address.
select p.id, p.name from identity i join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id
where i.collectivity_id = :collectivity_id and i.kind = 'email' and i.value = :value;
