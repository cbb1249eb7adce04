-- name: insert_received(collectivity_id, channel, account, source_id, digest, size, raw, meta, now, keys, conversation, due)$
-- Takes an arrival into the ledger, with what it may be looked for by; no row when the source offered it before.
with new as (
    insert into received (collectivity_id, channel, account, source_id, digest, size, raw, meta, received_at, due, conversation)
    values (:collectivity_id, :channel, :account, :source_id, :digest, :size, :raw, :meta, :now, :due, nullif(:conversation, ''))
    on conflict (collectivity_id, channel, account, source_id) do nothing
    returning id
), marked as (
    insert into received_key (collectivity_id, key, received_id) select :collectivity_id, k, new.id from new, unnest(:keys::text[]) k
)
select id from new;

-- name: known(collectivity_id, channel, account, source_id)$
-- The number under which an arrival was taken before.
select id from received
where collectivity_id = :collectivity_id and channel = :channel and account = :account and source_id = :source_id;

-- name: claim(now, until, most, again)
-- Leases pending arrivals, the longest waiting first; the try counts even if this process dies the next instant. Those that were
-- tried before (`again`) and those that never were are claimed apart. Of a conversation only the first that is not decided.
update received r
set due = :until, tries = r.tries + 1
from (
    select collectivity_id, id from received w
    where outcome = 'pending' and due <= :now and (tries > 0) = :again
      and (conversation is null or not exists (
          select from received e
          where e.channel = w.channel and e.account = w.account and e.conversation = w.conversation and e.outcome = 'pending' and e.id < w.id))
    order by due
    limit :most
    for update skip locked
) taken
where r.collectivity_id = taken.collectivity_id and r.id = taken.id
returning r.collectivity_id, r.id, r.channel, r.account, r.source_id, r.digest, r.raw, r.meta, r.received_at, r.tries, r.conversation;

-- name: finish(collectivity_id, id, outcome, reason, ticket_collectivity_id, ticket_id, now)$
-- Writes what became of an arrival, once: a row that is no longer pending stays as it is, and none is returned.
update received
set outcome = :outcome, reason = :reason, ticket_collectivity_id = :ticket_collectivity_id, ticket_id = :ticket_id, decided_at = :now
where collectivity_id = :collectivity_id and id = :id and outcome = 'pending'
returning id;

-- name: postpone(collectivity_id, id, reason, due, counts)!
-- Gives an arrival back, to be tried again later, with the reason of this failure; a try that was no fault of its own is not counted.
update received set due = :due, reason = :reason, tries = tries - case when :counts then 0 else 1 end
where collectivity_id = :collectivity_id and id = :id and outcome = 'pending';

-- name: replay(id, now)$
-- Puts a quarantined arrival back in line; its number and bytes stay.
update received set outcome = 'pending', decided_at = null, due = :now, tries = 0
where id = :id and outcome = 'quarantined'
returning id;

-- name: sums()
-- The ledger in figures, row by row: what came by each channel, and what became of it.
select channel, outcome, count(*) as n from received group by channel, outcome order by channel, outcome;

-- name: quarantined(most)
-- What could not be read, the latest first.
select id, channel, account, received_at, reason, size from received
where outcome = 'quarantined' order by received_at desc limit :most;

-- name: pending_count()$
-- How many arrivals wait for a decision.
select count(*) from received where outcome = 'pending';

-- name: outcome(collectivity_id, id)^
-- What became of one arrival, for whoever waits for it.
select r.outcome, r.reason, r.ticket_collectivity_id, r.ticket_id, r.decided_at
from received r where r.collectivity_id = :collectivity_id and r.id = :id;

-- name: content(id)^
-- An arrival with where its bytes lie, for the one who must look at it.
select collectivity_id, id, channel, account, digest, raw, received_at, outcome, reason from received where id = :id;

-- name: claim_one(collectivity_id, id, now, until)^
-- Leases one arrival for whoever waits for it; no row where a worker has it, or it is decided.
update received r set due = :until, tries = r.tries + 1
where r.collectivity_id = :collectivity_id and r.id = :id and r.outcome = 'pending' and r.due <= :now
returning r.collectivity_id, r.id, r.channel, r.account, r.source_id, r.digest, r.raw, r.meta, r.received_at, r.tries, r.conversation;

-- name: summary(collectivity_id, id)^
-- What became of one arrival, with the names an operator uses: reference, message, collectivity, service.
select r.outcome, r.reason, t.reference, coalesce(c.insee, c.siren) as collectivity, s.slug as service,
       (select m.id from message m where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id and m.received_id = r.id limit 1) as message
from received r
left join ticket t on t.collectivity_id = r.ticket_collectivity_id and t.id = r.ticket_id
left join collectivity c on c.id = coalesce(t.collectivity_id, r.collectivity_id)
left join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
where r.collectivity_id = :collectivity_id and r.id = :id;
