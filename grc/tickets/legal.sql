-- name: facts(collectivity_id, ticket_id)
-- All that was ever noted of a ticket for the law, in the order it happened, corrected rows and their corrections alike.
select l.id, l.kind, l.at, l.days, l.indispensable, l.items, l.decision, l.way, l.why, l.who, l.void, l.made_at,
       not l.void and not exists (select from legal_event n where n.collectivity_id = l.collectivity_id and n.supersedes = l.id) as stands
from legal_event l
where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id
order by l.at, l.id;

-- name: region(collectivity_id)$
-- Whose public holidays count.
select c.region from collectivity c where c.id = :collectivity_id;

-- name: notices(collectivity_id, ticket_id, kinds)
-- The notices of the law in a conversation, with the proof of each: the last word of the relay, and when it was first read on the page.
select m.id, m.kind, m.direction, m.at, m.subject, m.first_read_at, o.state, o.to_addr, o.settled_at is not null as settled,
       (select p.at from delivery_attempt p where p.collectivity_id = o.collectivity_id and p.outgoing_id = o.id
        order by p.id desc limit 1) as tried_at,
       (select p.detail from delivery_attempt p where p.collectivity_id = o.collectivity_id and p.outgoing_id = o.id
        order by p.id desc limit 1) as detail
from message m
left join outgoing o on o.collectivity_id = m.collectivity_id and o.ticket_id = m.ticket_id and o.message_id = m.id
where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id and m.kind = any(:kinds::text[])
order by m.id, o.id;
