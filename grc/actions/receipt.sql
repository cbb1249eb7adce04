-- name: delivery(channel, account, provider_id)^
-- The delivery that a provider calls so, held; with the message it carries and how a person calls its address.
select o.collectivity_id, o.id, o.ticket_id, o.to_addr, o.state, m.kind,
       (select i.label from identity i where i.collectivity_id = o.collectivity_id and i.kind = split_part(o.to_addr, ':', 1)
        and i.value = substr(o.to_addr, position(':' in o.to_addr) + 1)) as label
from outgoing o left join message m on m.collectivity_id = o.collectivity_id and m.id = o.message_id
where o.provider_ids @> array[:provider_id::text] and o.provider_ids <> '{}' and o.channel = :channel and o.account = :account
order by o.id desc limit 1
for update of o;

-- name: note(collectivity_id, id, state, what, detail, answer, at)!
-- Adds what is reported to the evidence, once; a delivery that was refused does not become delivered by a report that comes late.
with new as (
    select :collectivity_id::int as collectivity_id, :id::bigint as id
    where not exists (select from delivery_attempt d where d.collectivity_id = :collectivity_id and d.outgoing_id = :id
                      and d.state = :what::text and d.detail = :detail::text)
), evidence as (
    insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
    select new.collectivity_id, new.id, :at::timestamptz, :what::text, :detail::text from new
)
update outgoing o
set state = coalesce(case when o.state in ('permanent-failure') then o.state else :state::text end, o.state),
    answer = case when :state::text = 'permanent-failure' then :answer::text else o.answer end
from new where o.collectivity_id = new.collectivity_id and o.id = new.id;
