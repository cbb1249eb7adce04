-- name: passed(now, after, after_id, most)
-- Deadlines that have passed unmet and unheard, beyond the last one looked at.
select d.collectivity_id, d.id, d.ticket_id, d.kind, d.due_at from deadline d
where d.met_at is null and d.fired_at is null and d.due_at <= :now and (d.due_at, d.id) > (:after::timestamptz, :after_id::bigint)
order by d.due_at, d.id
limit :most;

-- name: fired(collectivity_id, id, now)$
-- Marks a deadline as acted on, once; no row where it was met, or another worker acted on it, meanwhile.
update deadline set fired_at = :now
where collectivity_id = :collectivity_id and id = :id and met_at is null and fired_at is null
returning id;
