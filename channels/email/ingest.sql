-- name: places(addresses)
-- Whose these addresses are, one for each collectivity.
select distinct on (collectivity_id) collectivity_id, address from address
where address = any(:addresses::text[]) order by collectivity_id, address;

-- name: agency()$
-- The agency, to which goes what is addressed to nobody known.
select id from collectivity where kind = 'agency' order by id limit 1;
