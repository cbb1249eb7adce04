-- name: claim(now, until, most)
-- Leases errands that are due, the longest waiting first.
update errand e
set due = :until, tries = e.tries + 1
from (
    select collectivity_id, id from errand
    where done_at is null and due <= :now
    order by due
    limit :most
    for update skip locked
) taken
where e.collectivity_id = taken.collectivity_id and e.id = taken.id
returning e.collectivity_id, e.id, e.ticket_id, e.kind, e.data, e.tries, e.made_at;

-- name: done(collectivity_id, id, tries, now)$
-- Marks an errand as done, in the transaction that does it; no row where its lease had ended and another has it.
update errand set done_at = :now where collectivity_id = :collectivity_id and id = :id and tries = :tries and done_at is null returning id;

-- name: remark(collectivity_id, id, why)!
-- Keeps what of an errand that is done could not be done.
update errand set failed = :why where collectivity_id = :collectivity_id and id = :id;

-- name: put_off(collectivity_id, id, due, why)!
-- It could not be done now: later.
update errand set due = :due, failed = :why where collectivity_id = :collectivity_id and id = :id and done_at is null;

-- name: give_up(collectivity_id, id, now, why)$
-- It can never be done: kept with its reason. No row where another did it meanwhile.
update errand set done_at = :now, failed = :why where collectivity_id = :collectivity_id and id = :id and done_at is null returning id;
