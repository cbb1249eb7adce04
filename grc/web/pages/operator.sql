-- name: accounts()
-- Every account of every channel, without its secrets.
select a.id, a.channel, a.name, a.active, a.state, a.leased_until, c.name as collectivity
from account a join collectivity c on c.id = a.collectivity_id
order by a.channel, c.name, a.name limit 2000;

-- name: accounts_of(collectivities)
-- The accounts of these collectivities, without their secrets.
select a.id, a.channel, a.name, a.active, a.state, a.leased_until, c.name as collectivity
from account a join collectivity c on c.id = a.collectivity_id
where a.collectivity_id = any(:collectivities::int[])
order by a.channel, c.name, a.name limit 2000;
