-- name: accounts(now)
-- Every account of every channel, without its secrets, and whether somebody listens to it.
select a.id, a.channel, a.name, a.active, a.state, c.name as collectivity,
       exists (select from listener l where l.channel = a.channel and l.name = a.leased_by and l.alive_until > :now) as listened
from account a join collectivity c on c.id = a.collectivity_id
where a.active
order by a.channel, c.name, a.name limit 2000;

-- name: accounts_of(collectivities, now)
-- The accounts of these collectivities, without their secrets, and whether somebody listens to them.
select a.id, a.channel, a.name, a.active, a.state, c.name as collectivity,
       exists (select from listener l where l.channel = a.channel and l.name = a.leased_by and l.alive_until > :now) as listened
from account a join collectivity c on c.id = a.collectivity_id
where a.collectivity_id = any(:collectivities::int[]) and a.active
order by a.channel, c.name, a.name limit 2000;
