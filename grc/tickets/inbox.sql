-- What an agent's inbox reads. Every query gives one page and the counters in one statement; a page is read by keyset on a partial
-- index. For a narrow scope each service gives its own top and the top of these is kept; for a wide one (hundreds of services) the
-- index of all collectivities is walked, and row-level security leaves out the few rows that are not his.

-- name: mine(me, now, wide, at, id, most, cap)
-- The open tickets given to this agent, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, :wide, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.assignee_id = :me and t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_unassigned(me, now, cols, services, at, id, most, cap)
-- The open tickets of a few services that nobody has taken, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, false, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.last_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and t.assignee_id is null and (t.last_at, t.id) < (:at, :id)
        order by t.last_at desc, t.id desc limit :most
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_late(me, now, cols, services, at, id, most, cap)
-- The open tickets of a few services whose next deadline has passed, the longest overdue first.
select n.*, r.*
from inbox_counts(:me, :now, false, :cap) n
left join (
    select t.collectivity_id, t.id, t.due_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.due_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and t.due_at < :now and (t.due_at, t.id) > (:at, :id)
        order by t.due_at, t.id limit :most
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.due_at, t.id limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.due_at, k.id;

-- name: narrow_all(me, now, cols, services, at, id, most, cap)
-- The open tickets of a few services, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, false, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.last_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
        order by t.last_at desc, t.id desc limit :most
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_closed(me, now, cols, services, at, id, most, cap)
-- The closed tickets of a few services, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, false, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.last_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'closed' and (t.last_at, t.id) < (:at, :id)
        order by t.last_at desc, t.id desc limit :most
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_unassigned(me, now, at, id, most, cap)
-- The open tickets of a wide scope that nobody has taken, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, true, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.phase = 'open' and t.assignee_id is null and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_late(me, now, at, id, most, cap)
-- The open tickets of a wide scope whose next deadline has passed, the longest overdue first.
select n.*, r.*
from inbox_counts(:me, :now, true, :cap) n
left join (
    select t.collectivity_id, t.id, t.due_at from ticket t
    where t.phase = 'open' and t.due_at < :now and (t.due_at, t.id) > (:at, :id)
    order by t.due_at, t.id limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.due_at, k.id;

-- name: wide_all(me, now, at, id, most, cap)
-- The open tickets of a wide scope, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, true, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_closed(me, now, at, id, most, cap)
-- The closed tickets of a wide scope, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, true, :cap) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.phase = 'closed' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: search(me, now, wide, words, most, cap)
-- The tickets whose messages hold these words, open or closed, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, :wide, :cap) n
left join search_tickets(:words, :most) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.ticket_id
order by r.last_at desc, r.id desc;

-- name: by_reference(me, now, wide, reference, cap)
-- The ticket that has this reference.
select n.*, r.*
from inbox_counts(:me, :now, :wide, :cap) n
left join inbox_row r on r.reference = :reference;

-- name: by_address(me, now, wide, cols, address, most, cap)
-- The tickets of the persons known at this address, the latest first.
select n.*, r.*
from inbox_counts(:me, :now, :wide, :cap) n
left join (
    select t.collectivity_id, t.id
    from identity i
    join ticket t on t.collectivity_id = i.collectivity_id and t.requester_id = i.person_id
    where i.collectivity_id = any(:cols::int[]) and i.kind = 'email' and i.value = :address
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by r.last_at desc, r.id desc;

-- name: counts(me, now, wide, cap)^
-- The counters alone, for a page that shows one ticket.
select n.* from inbox_counts(:me, :now, :wide, :cap) n;
