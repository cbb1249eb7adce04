-- What the page of a person reads of his requests. Row-level security leaves only those of the services of whoever reads.

-- name: requests(collectivity_id, person_id, most)
-- All requests of a person, the open ones first, the latest first.
select t.id, t.reference, t.subject, t.type, t.version, t.variant, t.state, t.phase, t.channel, s.name as service, t.opened_at, t.last_at, t.due_at
from same_person(:collectivity_id::int, :person_id::bigint) m
join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
order by t.phase = 'closed', t.id desc
limit :most;

-- name: line(collectivity_id, person_id, before, most, most_requests)
-- One line of all that was said on all his requests, over all channels, the latest first, below a message number: each of his latest
-- requests gives its own top, and the top of these is kept.
select m.id, m.at, m.direction, m.kind, m.channel, m.author_name, m.audience, m.subject, left(m.body_text, 600) as text,
       t.reference, t.subject as request, t.phase,
       (select count(*)::int from attachment f where f.collectivity_id = m.collectivity_id and f.message_id = m.id) as files,
       (select o.state from outgoing o where o.collectivity_id = m.collectivity_id and o.ticket_id = m.ticket_id and o.message_id = m.id
        order by o.id desc limit 1) as delivery
from (
    select t.id, t.reference, t.subject, t.phase
    from same_person(:collectivity_id::int, :person_id::bigint) p
    join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = p.id
    order by t.id desc limit :most_requests
) t
cross join lateral (
    select * from message m where m.collectivity_id = :collectivity_id and m.ticket_id = t.id and m.id < :before
    order by m.id desc limit :most
) m
order by m.id desc
limit :most;

-- name: channels(collectivity_id, person_id, most_requests)
-- By which channels each address of his has come.
select m.from_addr as address, array_agg(distinct m.channel order by m.channel) as channels
from (
    select t.id from same_person(:collectivity_id::int, :person_id::bigint) p
    join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = p.id
    order by t.id desc limit :most_requests
) t
join message m on m.collectivity_id = :collectivity_id and m.ticket_id = t.id and m.direction = 'in' and m.from_addr <> ''
group by m.from_addr;
