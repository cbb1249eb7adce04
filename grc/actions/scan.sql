-- name: claim(now, until, most)
-- Leases files that wait for the antivirus, the longest waiting first; the try counts even if this process dies the next instant.
update attachment a
set scan_due = :until, scan_tries = a.scan_tries + 1
from (
    select f.collectivity_id, f.id, b.data
    from attachment f join blob b on b.collectivity_id = f.collectivity_id and b.digest = f.digest
    where f.scan = 'waiting' and f.scan_due <= :now
    order by f.scan_due
    limit :most
    for update of f skip locked
) taken
where a.collectivity_id = taken.collectivity_id and a.id = taken.id
returning a.collectivity_id, a.ticket_id, a.message_id, a.id, a.name, a.digest, a.scan_tries as tries, taken.data;

-- name: settle(collectivity_id, id, tries, scan, detail)$
-- What the antivirus said of a file; no row where its lease had ended and another has it.
update attachment set scan = :scan, scan_due = null, scan_detail = :detail
where collectivity_id = :collectivity_id and id = :id and scan = 'waiting' and scan_tries = :tries
returning id;

-- name: put_off(collectivity_id, id, tries, due, detail)!
-- It could not be looked at: later.
update attachment set scan_due = :due, scan_detail = :detail
where collectivity_id = :collectivity_id and id = :id and scan = 'waiting' and scan_tries = :tries;

-- name: stop(collectivity_id, ticket_id, message_id, detail, now)
-- A message that carries something harmful does not leave, and whoever reads the evidence learns why. Those that have left are past it.
with stopped as (
    update outgoing set state = 'permanent-failure', due = :now
    where collectivity_id = :collectivity_id and ticket_id = :ticket_id and message_id = :message_id
      and state in ('held', 'created', 'sending', 'temporary-failure')
    returning collectivity_id, id, to_addr
), evidence as (
    insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
    select s.collectivity_id, s.id, :now, 'permanent-failure', :detail from stopped s
)
select to_addr from stopped;

-- name: message_kind(collectivity_id, message_id)$
-- What kind of message carries a file.
select kind from message where collectivity_id = :collectivity_id and id = :message_id;

-- name: standing()^
-- How many files wait and since when, how many of them could not be looked at and why, and how many harm.
select count(*) filter (where scan = 'waiting') as waiting,
       count(*) filter (where scan = 'waiting' and scan_detail is not null) as troubled,
       max(scan_detail) filter (where scan = 'waiting') as trouble,
       count(*) filter (where scan = 'infected') as infected
from attachment where scan in ('waiting', 'infected');
