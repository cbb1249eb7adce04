-- What pages show of the ledger. Each list is read by steps that are short whatever the number of rows: one for each channel and outcome.

-- name: page(channels, outcomes, before, most)
-- The latest arrivals of these channels and outcomes, before a number. Their numbers are found in an index alone, or another would be
-- preferred and read whole for an outcome that is rare; then each is read (`limit 1`: one by one, never by reading the table).
select r.* from (
    select f.id from unnest(:channels::text[]) as c (channel) cross join unnest(:outcomes::text[]) as o (outcome) cross join lateral (
        select r.id from received r where r.channel = c.channel and r.outcome = o.outcome and r.id < :before
        order by r.id desc limit :most) f
    order by f.id desc limit :most
) found cross join lateral (
    select r.collectivity_id, r.id, r.channel, r.account, r.received_at, r.outcome, r.reason, r.size, r.corrects
    from received r where r.id = found.id limit 1
) r
order by r.id desc;

-- name: page_of(collectivities, channels, outcomes, before, most)
-- The same, of these collectivities.
select r.* from (
    select p.id as collectivity_id, f.id
    from unnest(:collectivities::int[]) as p (id) cross join unnest(:channels::text[]) as c (channel)
    cross join unnest(:outcomes::text[]) as o (outcome) cross join lateral (
        select r.id from received r
        where r.collectivity_id = p.id and r.channel = c.channel and r.outcome = o.outcome and r.id < :before
        order by r.id desc limit :most) f
    order by f.id desc limit :most
) found cross join lateral (
    select r.collectivity_id, r.id, r.channel, r.account, r.received_at, r.outcome, r.reason, r.size, r.corrects
    from received r where r.collectivity_id = found.collectivity_id and r.id = found.id limit 1
) r
order by r.id desc;

-- name: by_key(key, before, most)
-- The latest arrivals that bear a mark: a Message-ID, an address.
select r.collectivity_id, r.id, r.channel, r.account, r.received_at, r.outcome, r.reason, r.size, r.corrects
from received_key k join received r on r.collectivity_id = k.collectivity_id and r.id = k.received_id
where k.key = :key and k.received_id < :before order by k.received_id desc limit :most;

-- name: by_digest(digest, before, most)
-- The latest arrivals of these very bytes.
select r.collectivity_id, r.id, r.channel, r.account, r.received_at, r.outcome, r.reason, r.size, r.corrects
from received r where r.digest = :digest and r.id < :before order by r.id desc limit :most;

-- name: sums()
-- The ledger in figures: what came by each channel, and what became of it.
select channel, outcome, sum(n)::bigint as n from received_count group by channel, outcome having sum(n) <> 0 order by channel, outcome;

-- name: sums_of(collectivities)
-- The same, of these collectivities.
select channel, outcome, sum(n)::bigint as n from received_count where collectivity_id = any(:collectivities::int[])
group by channel, outcome having sum(n) <> 0 order by channel, outcome;

-- name: fold_sums()$
-- Makes one row of the many that count the same thing; how many rows it took. Another worker that folds takes others.
with many as (
    select collectivity_id, channel, outcome from received_count group by collectivity_id, channel, outcome having count(*) > 1
), taken as (
    select c.collectivity_id, c.id from received_count c
    join many m on m.collectivity_id = c.collectivity_id and m.channel = c.channel and m.outcome = c.outcome
    for update of c skip locked
), gone as (
    delete from received_count c using taken t where c.collectivity_id = t.collectivity_id and c.id = t.id returning c.*
), kept as (
    insert into received_count (collectivity_id, channel, outcome, n)
    select collectivity_id, channel, outcome, sum(n) from gone group by collectivity_id, channel, outcome having sum(n) <> 0
)
select count(*)::int from gone;

-- name: one(id)^
-- An arrival with all that the ledger says of it.
select r.collectivity_id, r.id, r.channel, r.account, r.source_id, r.digest, r.size, r.raw, r.meta, r.received_at, r.outcome, r.reason,
       r.decided_at, r.tries, r.ticket_collectivity_id, r.ticket_id, r.corrects, c.name as collectivity
from received r join collectivity c on c.id = r.collectivity_id where r.id = :id;

-- name: corrections(collectivity_id, id)
-- The corrected copies of an arrival.
select id from received where collectivity_id = :collectivity_id and corrects = :id order by id;

-- name: names(ids)
-- The names of collectivities.
select id, name from collectivity where id = any(:ids::int[]);

-- name: insert_corrected(collectivity_id, corrects, source_id, digest, size, raw, meta, now)$
-- Takes a corrected copy into the ledger, to be looked for by the marks of its original; no row where this very copy is there.
with new as (
    insert into received (collectivity_id, channel, account, source_id, digest, size, raw, meta, received_at, due, corrects)
    select r.collectivity_id, r.channel, r.account, :source_id, :digest, :size, :raw, :meta, :now, :now, r.id
    from received r where r.collectivity_id = :collectivity_id and r.id = :corrects
    on conflict (collectivity_id, channel, account, source_id) do nothing
    returning id
), marked as (
    insert into received_key (collectivity_id, key, received_id)
    select k.collectivity_id, k.key, new.id from new, received_key k where k.collectivity_id = :collectivity_id and k.received_id = :corrects
)
select id from new;

-- name: replace(collectivity_id, id, reason)!
-- Sets an arrival aside that a corrected copy stands for; its bytes stay.
update received set outcome = 'filtered', reason = :reason
where collectivity_id = :collectivity_id and id = :id and outcome = 'quarantined';

-- name: looked(collectivity_id, now, agent_id, who, what, received_id, outgoing_id, detail)!
-- Writes down who did what to an arrival or a delivery.
insert into ledger_look (collectivity_id, at, agent_id, who, what, received_id, outgoing_id, detail)
values (:collectivity_id, :now, :agent_id, :who, :what, :received_id, :outgoing_id, :detail);

-- name: looks(collectivity_id, received_id)
-- Who did what to an arrival, the latest first.
select at, who, what, detail from ledger_look
where collectivity_id = :collectivity_id and received_id = :received_id order by id desc limit 50;
