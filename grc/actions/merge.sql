-- name: standing(collectivity_id, ids)
-- Since when these tickets are there, and whether they are duplicates of others already.
select t.id, t.opened_at, t.merged_into, t.merged_at from ticket t where t.collectivity_id = :collectivity_id and t.id = any(:ids::bigint[]);

-- name: merge(collectivity_id, id, kept, now)!
-- Marks a ticket as the duplicate of another: from now on what comes for it goes there.
update ticket set merged_into = :kept, merged_at = :now where collectivity_id = :collectivity_id and id = :id;

-- name: unmerge(collectivity_id, id)!
-- Takes the mark away.
update ticket set merged_into = null, merged_at = null where collectivity_id = :collectivity_id and id = :id;

-- name: before(collectivity_id, id)^
-- In which state a ticket was when it was last merged.
select e.data ->> 'state' as state, e.data ->> 'phase' as phase
from event e where e.collectivity_id = :collectivity_id and e.ticket_id = :id and e.what = 'merged' order by e.id desc limit 1;

-- name: free(collectivity_id, id, merged_at)!
-- The deadlines that the merge ended run again.
update deadline set met_at = null
where collectivity_id = :collectivity_id and ticket_id = :id and met_at = :merged_at and fired_at is null;
