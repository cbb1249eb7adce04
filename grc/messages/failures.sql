-- What could not be delivered and nobody has dealt with yet.

-- name: groups()
-- How many failed by each answer, those that press most first.
select answer, count(*) as n, max(id) as latest from outgoing
where state in ('permanent-failure', 'technical-failure') and settled_at is null
group by answer order by n desc, answer limit 100;

-- name: groups_of(collectivities)
-- The same, of these collectivities.
select answer, count(*) as n, max(id) as latest from outgoing
where collectivity_id = any(:collectivities::int[]) and state in ('permanent-failure', 'technical-failure') and settled_at is null
group by answer order by n desc, answer limit 100;

-- name: failed(collectivities, answer, before, most)
-- The latest deliveries of these collectivities that failed by an answer, with the words of the last attempt.
select o.*, (select d.detail from delivery_attempt d where d.collectivity_id = o.collectivity_id and d.outgoing_id = o.id
             order by d.id desc limit 1) as detail
from unnest(:collectivities::int[]) as p (id) cross join lateral (
    select o.collectivity_id, o.id, o.channel, o.to_addr, o.state, o.tries, o.created_at
    from outgoing o
    where o.collectivity_id = p.id and o.answer = :answer and o.id < :before
      and o.state in ('permanent-failure', 'technical-failure') and o.settled_at is null
    order by o.id desc limit :most) o
order by o.id desc limit :most;

-- name: places()
-- The collectivities of the installation.
select id, name from collectivity where active order by name;

-- name: retry(collectivities, ids, answer, now, most, agent_id, who)
-- Puts failed deliveries back in line, for two more days: those of these numbers, or of this answer where there are none. At most so many,
-- each written down.
with again as (
    update outgoing o set state = 'created', due = :now, created_at = :now, tries = 0, answer = ''
    from (
        select f.collectivity_id, f.id from outgoing f
        where f.collectivity_id = any(:collectivities::int[]) and f.state in ('permanent-failure', 'technical-failure')
          and f.settled_at is null
          and (f.id = any(:ids::bigint[]) or (cardinality(:ids::bigint[]) = 0 and f.answer = :answer))
        order by f.id limit :most for update skip locked
    ) f
    where o.collectivity_id = f.collectivity_id and o.id = f.id
    returning o.collectivity_id, o.id
), told as (
    insert into ledger_look (collectivity_id, at, agent_id, who, what, outgoing_id)
    select a.collectivity_id, :now, :agent_id, :who, 'retried', a.id from again a
)
select collectivity_id, id from again;
