-- name: collectivity(code)$
-- The collectivity that an INSEE code or a SIREN names.
select id from collectivity where insee = :code or siren = :code;

-- name: add(collectivity_id, channel, name, settings, sealed)$
-- Writes an account; one that was removed comes back with its progress. No row where another collectivity has it.
insert into account (collectivity_id, channel, name, settings, sealed)
values (:collectivity_id, :channel, :name, :settings, :sealed)
on conflict (channel, name) do update
set settings = excluded.settings, sealed = excluded.sealed, active = true, paused = false, state = '{}'
where account.collectivity_id = excluded.collectivity_id
returning id;

-- name: add_addresses(collectivity_id, addresses)!
-- Makes mail addresses known, so that what is written to them is routed. What is known already stays as it is.
insert into address (collectivity_id, address)
select :collectivity_id, lower(given) from unnest(:addresses::text[]) as given
on conflict do nothing;

-- name: taken_addresses(collectivity_id, addresses)
-- Those of the addresses that reach another collectivity.
select address from address where address = any(:addresses::text[]) and collectivity_id <> :collectivity_id;

-- name: active(now)
-- The accounts in use, with the code of their collectivity.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed, a.state, a.leased_by, a.paused, a.reading,
       coalesce(c.insee, c.siren, '') as code,
       exists (select from listener l where l.channel = a.channel and l.name = a.leased_by and l.alive_until > :now) as listened
from account a join collectivity c on c.id = a.collectivity_id
where a.active
order by a.channel, a.name;

-- name: one(id, now)^
-- An account in use, with the code of its collectivity.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed, a.state, a.leased_by, a.paused, a.reading,
       coalesce(c.insee, c.siren, '') as code,
       exists (select from listener l where l.channel = a.channel and l.name = a.leased_by and l.alive_until > :now) as listened
from account a join collectivity c on c.id = a.collectivity_id
where a.id = :id and a.active;

-- name: seen(everywhere, collectivities, now)
-- The accounts in use of these collectivities, or of all, as a page shows them: without their secrets, with the name of their collectivity.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, null::bytea as sealed, a.state, a.paused, a.reading,
       coalesce(c.insee, c.siren, '') as code, c.name as place,
       exists (select from listener l where l.channel = a.channel and l.name = a.leased_by and l.alive_until > :now) as listened
from account a join collectivity c on c.id = a.collectivity_id
where (:everywhere or a.collectivity_id = any(:collectivities::int[])) and a.active
order by a.channel, c.name, a.name limit 5000;

-- name: pause(collectivity_id, id, paused)!
-- Holds an account, or lets it go.
update account set paused = :paused where collectivity_id = :collectivity_id and id = :id and active;

-- name: read_again(collectivity_id, id)!
-- Has an account read from its beginning: what was noted of its progress is void.
update account set reading = reading + 1 where collectivity_id = :collectivity_id and id = :id and active;

-- name: remove(id)$
-- Takes an account out of use and forgets its secrets; its progress stays.
update account set active = false, sealed = null, leased_by = null, state = '{}' where id = :id and active returning name;

-- name: of_collectivity(collectivity_id, channel)
-- The accounts of a channel that a collectivity uses.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed, a.state, a.leased_by, a.paused, a.reading, '' as code, false as listened
from account a
where a.collectivity_id = :collectivity_id and a.channel = :channel and a.active
order by a.id;

-- name: by_name(channel, name)^
-- An account in use, by what it is called.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed, a.state, a.leased_by, a.paused, a.reading, '' as code, false as listened
from account a where a.channel = :channel and a.name = :name and a.active;

-- name: of_channel(channel)
-- The accounts in use of a channel.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed, a.state, a.leased_by, a.paused, a.reading, '' as code, false as listened
from account a where a.channel = :channel and a.active order by a.id;

-- name: called(id)^
-- The account that an outside service calls for, by its number.
select collectivity_id, id, channel, name, settings, sealed from hook_account(:id);

-- name: note(collectivity_id, id, patch)!
-- Adds to what doctor shows of an account.
update account set state = state || :patch where collectivity_id = :collectivity_id and id = :id;

-- name: beat(channel, name, alive_until)!
-- Says that a listener lives.
insert into listener (channel, name, alive_until) values (:channel, :name, :alive_until)
on conflict (channel, name) do update set alive_until = excluded.alive_until;

-- name: bury(channel, now)!
-- Forgets the listeners that no longer say so; what they had is free.
delete from listener where channel = :channel and alive_until <= :now;

-- name: leave(channel, name)!
-- A listener that ends says so itself.
delete from listener where channel = :channel and name = :name;

-- name: census(channel)^
-- How many listeners share how many accounts.
select (select count(*) from listener where channel = :channel) as listeners,
       (select count(*) from account where channel = :channel and active and not paused) as accounts;

-- name: give_back(channel, name, keep)!
-- Frees what a listener has beyond its share.
update account a set leased_by = null
from (select collectivity_id, id from account where channel = :channel and leased_by = :name order by id offset :keep) surplus
where a.collectivity_id = surplus.collectivity_id and a.id = surplus.id;

-- name: take_free(channel, name, most)!
-- Takes accounts that nobody has, or that were a dead listener's.
update account a set leased_by = :name
from (
    select f.collectivity_id, f.id from account f
    where f.channel = :channel and f.active and not f.paused
      and not exists (select from listener l where l.channel = f.channel and l.name = f.leased_by)
    order by f.id
    limit :most
    for update of f skip locked
) free
where a.collectivity_id = free.collectivity_id and a.id = free.id;

-- name: held(channel, name)
-- What a listener has.
select a.collectivity_id, a.id, a.channel, a.name, a.settings, a.sealed, a.state, a.leased_by, a.paused, a.reading, '' as code, true as listened
from account a
where a.channel = :channel and a.leased_by = :name and a.active and not a.paused
order by a.id;
