-- name: message(collectivity_id, channel, account, source_id)^
-- The message that an arrival brought, wherever its request is now.
select m.collectivity_id, m.ticket_id, m.id, m.from_addr, m.body_text
from received r
join lateral (
    select t.collectivity_id, t.id from ticket t
    where t.reference = (select o.reference from ticket o where o.collectivity_id = r.ticket_collectivity_id and o.id = r.ticket_id)
    order by t.passed_to is not null, t.passed_at desc limit 1
) t on true
join message m on m.collectivity_id = t.collectivity_id and m.ticket_id = t.id and m.received_id = r.id and m.direction = 'in'
where r.collectivity_id = :collectivity_id and r.channel = :channel and r.account = :account and r.source_id = :source_id
order by m.id limit 1;

-- name: change(collectivity_id, id, body_text, folded, now)!
-- What a message says now; what it said first stays.
update message set first_text = coalesce(first_text, body_text), body_text = :body_text, edited_at = :now,
       search = search_document(:collectivity_id, :id, :folded)
where collectivity_id = :collectivity_id and id = :id;
