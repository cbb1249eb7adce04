-- name: passed(now, beyond, most)
-- Deadlines and reminders that have passed unmet and unheard, the longest waiting first; what another worker holds is passed over.
select d.collectivity_id, d.id, d.ticket_id, d.kind, d.due_at, d.reminds from deadline d
where d.met_at is null and d.fired_at is null and d.paused_at is null and d.due_at <= :now
order by d.due_at, d.id
limit :most offset :beyond
for update of d skip locked;

-- name: fired(collectivity_id, ids, now)
-- Marks deadlines as acted on, once; those that were met, or that another worker acted on meanwhile, are not among them.
update deadline set fired_at = :now
where collectivity_id = :collectivity_id and id = any(:ids::bigint[]) and met_at is null and fired_at is null and paused_at is null
returning id;
