-- What an agent's inbox reads. Every query gives one page and the counters in one statement; a page is read by keyset on a partial
-- index. For a narrow scope each service gives its own top and the top of these is kept; for a wide one (hundreds of services) the
-- index of all collectivities is walked, and row-level security leaves out the few rows that are not his.
-- The limit is a page and one row more, written out: PostgreSQL then keeps one plan for all agents and plans nothing at each call.

-- name: narrow_mine(me, now, tonight, week, at, id, cols, services)
-- The open tickets given to this agent, the latest first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.assignee_id = :me and t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_mine(me, now, tonight, week, at, id)
-- The open tickets given to this agent, the latest first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.assignee_id = :me and t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_unassigned(me, now, tonight, week, cols, services, at, id)
-- The open tickets of a few services that nobody has taken, the latest first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id, t.last_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.last_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and t.assignee_id is null and (t.last_at, t.id) < (:at, :id)
        order by t.last_at desc, t.id desc limit 51
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_late(me, now, tonight, week, cols, services, at, id)
-- The open tickets of a few services whose next deadline has passed, the longest overdue first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id, t.due_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.due_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and t.due_at < :now and (t.due_at, t.id) > (:at, :id)
        order by t.due_at, t.id limit 51
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.due_at, t.id limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.due_at, k.id;

-- name: narrow_all(me, now, tonight, week, cols, services, at, id)
-- The open tickets of a few services, the latest first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id, t.last_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.last_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
        order by t.last_at desc, t.id desc limit 51
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_closed(me, now, tonight, week, cols, services, at, id)
-- The closed tickets of a few services, the latest first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id, t.last_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.last_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'closed' and (t.last_at, t.id) < (:at, :id)
        order by t.last_at desc, t.id desc limit 51
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_unassigned(me, now, tonight, week, at, id)
-- The open tickets of a wide scope that nobody has taken, the latest first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.phase = 'open' and t.assignee_id is null and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_late(me, now, tonight, week, at, id)
-- The open tickets of a wide scope whose next deadline has passed, the longest overdue first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id, t.due_at from ticket t
    where t.phase = 'open' and t.due_at < :now and (t.due_at, t.id) > (:at, :id)
    order by t.due_at, t.id limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.due_at, k.id;

-- name: wide_all(me, now, tonight, week, at, id)
-- The open tickets of a wide scope, the latest first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.phase = 'open' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: wide_closed(me, now, tonight, week, at, id)
-- The closed tickets of a wide scope, the latest first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id, t.last_at from ticket t
    where t.phase = 'closed' and (t.last_at, t.id) < (:at, :id)
    order by t.last_at desc, t.id desc limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.last_at desc, k.id desc;

-- name: narrow_law(me, now, tonight, week, cols, services, at, id, until)
-- The open tickets of a few services whose next deadline of the law is before `until`, from a place on, the first due first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id, t.legal_due_at
    from service s
    cross join lateral (
        select t.collectivity_id, t.id, t.legal_due_at from ticket t
        where t.collectivity_id = s.collectivity_id and t.service_id = s.id and t.phase = 'open' and t.legal_due_at < :until::timestamptz and (t.legal_due_at, t.id) > (:at, :id)
        order by t.legal_due_at, t.id limit 51
    ) t
    where s.collectivity_id = any(:cols::int[]) and s.id = any(:services::int[])
    order by t.legal_due_at, t.id limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.legal_due_at, k.id;

-- name: wide_law(me, now, tonight, week, at, id, until)
-- The open tickets of a wide scope whose next deadline of the law is before `until`, from a place on, the first due first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id, t.legal_due_at from ticket t
    where t.phase = 'open' and t.legal_due_at < :until::timestamptz and (t.legal_due_at, t.id) > (:at, :id)
    order by t.legal_due_at, t.id limit 51
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by k.legal_due_at, k.id;

-- name: narrow_search(me, now, tonight, week, words, most, cols, services)
-- The tickets whose messages hold these words, open or closed, the latest first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join search_tickets(:words, :most) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.ticket_id
order by r.last_at desc, r.id desc;

-- name: wide_search(me, now, tonight, week, words, most)
-- The tickets whose messages hold these words, open or closed, the latest first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join search_tickets(:words, :most) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.ticket_id
order by r.last_at desc, r.id desc;

-- name: narrow_by_reference(me, now, tonight, week, reference, cols, services)
-- The ticket that has this reference.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join inbox_row r on r.reference = :reference
order by r.passed_to is not null limit 1;

-- name: wide_by_reference(me, now, tonight, week, reference)
-- The ticket that has this reference.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join inbox_row r on r.reference = :reference
order by r.passed_to is not null limit 1;

-- name: narrow_by_address(me, now, tonight, week, cols, address, most, services)
-- The tickets of the persons known at this address, the latest first.
select n.*, r.*
from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n
left join (
    select t.collectivity_id, t.id
    from identity i
    join ticket t on t.collectivity_id = i.collectivity_id and t.requester_id = i.person_id
    where i.collectivity_id = any(:cols::int[]) and i.kind = 'email' and i.value = :address
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by r.last_at desc, r.id desc;

-- name: wide_by_address(me, now, tonight, week, cols, address, most)
-- The tickets of the persons known at this address, the latest first.
select n.*, r.*
from wide_counts(:me, :now, :tonight, :week) n
left join (
    select t.collectivity_id, t.id
    from identity i
    join ticket t on t.collectivity_id = i.collectivity_id and t.requester_id = i.person_id
    where i.collectivity_id = any(:cols::int[]) and i.kind = 'email' and i.value = :address
    order by t.last_at desc, t.id desc limit :most
) k on true
left join inbox_row r on r.collectivity_id = k.collectivity_id and r.id = k.id
order by r.last_at desc, r.id desc;

-- name: narrow_counts(me, now, tonight, week, cols, services)^
-- The counters alone, for a page that shows one ticket.
select n.* from narrow_counts(:me, :now, :tonight, :week, :cols::int[], :services::int[]) n;

-- name: wide_counts(me, now, tonight, week)^
-- The counters alone, for a page that shows one ticket.
select n.* from wide_counts(:me, :now, :tonight, :week) n;
