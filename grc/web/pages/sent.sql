-- name: recent(collectivities, before, most)
-- The deliveries of these collectivities that this agent may see, the latest first.
select o.id, o.channel, o.to_addr, o.automatic, o.state, o.tries, o.created_at, o.sent_at, o.due, t.reference, m.subject,
       (select d.detail from delivery_attempt d
        where d.collectivity_id = o.collectivity_id and d.outgoing_id = o.id order by d.id desc limit 1) as detail
from unnest(:collectivities::int[]) as c (id)
cross join lateral (
    select * from outgoing o where o.collectivity_id = c.id and o.id < :before order by o.id desc limit :most
) o
join ticket t on t.collectivity_id = o.collectivity_id and t.id = o.ticket_id
join message m on m.collectivity_id = o.collectivity_id and m.id = o.message_id
order by o.id desc limit :most;

-- name: caught(before, most)
-- The mails the demonstration's relay caught, the latest first.
select id, at, mail_from, rcpt_to, substring(raw for 8000) as head
from caught_mail where id < :before order by id desc limit :most;

-- name: caught_one(id)^
-- One caught mail, whole.
select id, at, mail_from, rcpt_to, raw from caught_mail where id = :id;
