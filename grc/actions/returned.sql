-- name: delivery(collectivity_id, ticket_id, mail_id, outgoing_id, to_addr, third)^
-- The delivery that a report is about: by the Message-ID of its mail, else by the name the relay was given, else the last one that left
-- for this address, else the only one that left. Of the ticket or of its duplicates, and to those who know what proves it; except by
-- Message-ID, which nobody else knows.
select o.id, o.to_addr, m.kind
from (
    select m.collectivity_id, m.id, m.ticket_id, m.kind, 1 as rank from message m
    where m.collectivity_id = :collectivity_id and m.mail_id = nullif(:mail_id::text, '')
    union all
    select m.collectivity_id, m.id, m.ticket_id, m.kind, 2 from ticket t
    join message m on m.collectivity_id = t.collectivity_id and m.ticket_id = t.id and m.direction = 'out'
    where t.collectivity_id = :collectivity_id and (t.id = :ticket_id::bigint or t.merged_into = :ticket_id::bigint)
      and (m.audience = 'third') = :third
) m
join outgoing o on o.collectivity_id = m.collectivity_id and o.ticket_id = m.ticket_id and o.message_id = m.id
cross join lateral (
    select case when m.rank = 1 then 1
                when o.id = :outgoing_id::bigint then 2
                when lower(o.to_addr) = :to_addr::text then 3
                when :to_addr::text = '' and (select count(*) from outgoing p where p.collectivity_id = o.collectivity_id
                                              and p.ticket_id = o.ticket_id and p.sent_at is not null) = 1 then 4 end as rank
) found_by
where o.channel = 'email' and o.sent_at is not null and found_by.rank is not null
order by found_by.rank, o.id desc limit 1;

-- name: note(collectivity_id, id, what, detail, answer, now, state)!
-- The report as evidence beside those of our own attempts; where the mail had left, the state it gives it.
with standing as (
    update outgoing set state = :state::text, answer = case when :state::text = 'delivered' then '' else :answer::text end
    where collectivity_id = :collectivity_id and id = :id::bigint and :state::text is not null and state in ('sent', 'delivered')
)
insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
values (:collectivity_id, :id::bigint, :now, :what, :detail);

-- name: mute(collectivity_id, ticket_id, address, now)!
-- No automatic mail goes to this address any more, until an agent lifts that.
insert into muted_address (collectivity_id, address, at, ticket_id) values (:collectivity_id, :address, :now, :ticket_id)
on conflict (collectivity_id, address) where lifted_at is null do nothing;
