-- name: claim(now, most)
-- Deadlines that have passed unmet and unheard, held by this transaction: each is acted on once, by one worker.
select d.collectivity_id, d.id, d.ticket_id, d.kind, d.due_at from deadline d
where d.met_at is null and d.fired_at is null and d.due_at <= :now
order by d.due_at
limit :most
for update skip locked;

-- name: fired(collectivity_id, ids, now)!
-- Marks deadlines as acted on.
update deadline set fired_at = :now where collectivity_id = :collectivity_id and id = any(:ids::bigint[]);
