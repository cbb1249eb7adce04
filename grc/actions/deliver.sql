-- name: claim(now, until, most, held, after, resting, patience)
-- Leases deliveries that are due, some of each collectivity in turn, beginning with those that come `after` the last one served, and none
-- of those `resting`; of each the longest waiting first. So a mailing of one holds up no other. The try counts even if this process dies
-- the next instant. A message one of whose files is `held` back waits until it is not: its try does not even begin; and to an address of a
-- network nothing leaves before what was written to it earlier by the same account, unless that is as old as `patience`: one that cannot leave
-- for days (a file that is away) keeps none of those after it so long.
with turn as materialized (
    select c.id from collectivity c
    where c.id <> all(:resting::int[])
      and exists (select from outgoing d
                  where d.collectivity_id = c.id and d.state in ('created', 'sending', 'temporary-failure') and d.due <= :now)
    order by c.id <= :after, c.id
    limit :most
), taken as materialized (
    select o.collectivity_id, o.id from turn cross join lateral (
        select d.collectivity_id, d.id from outgoing d
        where d.collectivity_id = turn.id and d.state in ('created', 'sending', 'temporary-failure') and d.due <= :now
          and not exists (
              select from attachment a
              where a.collectivity_id = d.collectivity_id and a.ticket_id = d.ticket_id and a.message_id = d.message_id
                and a.scan = any(:held::text[]))
          and (d.to_addr not like '%:%' or not exists (
              select from outgoing e
              where e.channel = d.channel and e.to_addr = d.to_addr and e.to_addr like '%:%' and e.id < d.id and e.account = d.account
                and e.created_at > :patience and e.state in ('created', 'sending', 'temporary-failure')))
        order by d.due
        limit (select (:most + count(*) - 1) / count(*) from turn)
        for update of d skip locked
    ) o
)
update outgoing o
set state = 'sending', due = :until, tries = o.tries + 1
from taken
where o.collectivity_id = taken.collectivity_id and o.id = taken.id
returning o.collectivity_id, o.id, o.ticket_id, o.message_id, o.digest_id, o.prompt_id, o.channel, o.account, o.public, o.to_addr, o.automatic, o.tries, o.created_at;

-- name: put_off(collectivity_id, id, tries, again)$
-- Gives a delivery back that was not tried: as it stood, to be claimed again at `again`. No row where another has it.
update outgoing set state = case when tries = 1 then 'created' else 'temporary-failure' end, tries = tries - 1, due = :again
where collectivity_id = :collectivity_id and id = :id and state = 'sending' and tries = :tries
returning id;

-- name: letters(collectivities, deliveries)
-- What the claimed deliveries say, who signs them (whoever wrote, where another body has the request now), and the conversation they stand in.
select o.collectivity_id, o.id, m.kind, m.audience, m.written_for, m.author_id, m.author_name, m.subject, m.body_text, m.body_html, m.mail_id, m.at,
       t.id as ticket_id, t.reference, t.tracking_token, t.requester_name,
       c.kind as collectivity_kind, c.name as collectivity_name, c.email as collectivity_email, c.phone as collectivity_phone, c.postal_address, c.settings,
       s.name as service_name, s.email as service_email, s.phone as service_phone,
       (select coalesce(array_agg(b.mail_id order by b.id), '{}') from message b
        where b.collectivity_id = m.collectivity_id and b.ticket_id = m.ticket_id and b.id < m.id and b.mail_id is not null
          and b.audience = m.audience) as mail_references,
       case when o.channel <> 'email' then (
           select b.post from message b
           where b.collectivity_id = m.collectivity_id and b.ticket_id = m.ticket_id and b.direction = 'in' and b.channel = o.channel
             and b.from_addr = lower(o.to_addr)
           order by b.id desc limit 1) end as answers
from unnest(:collectivities::int[], :deliveries::bigint[]) as wanted (collectivity_id, id)
join outgoing o on o.collectivity_id = wanted.collectivity_id and o.id = wanted.id
join message m on m.collectivity_id = o.collectivity_id and m.id = o.message_id
join ticket t on t.collectivity_id = m.collectivity_id and t.id = m.ticket_id
join collectivity c on c.id = coalesce(m.written_for, m.collectivity_id)
join service s on s.collectivity_id = c.id and s.id = coalesce(m.written_for_service, t.service_id);

-- name: digests(collectivities, digests)
-- What the claimed mails to agents say, and who sends them.
select d.collectivity_id, d.id, d.subject, d.body_text, d.made_at, c.kind as collectivity_kind, c.name as collectivity_name,
       c.email as collectivity_email
from unnest(:collectivities::int[], :digests::bigint[]) as wanted (collectivity_id, id)
join digest d on d.collectivity_id = wanted.collectivity_id and d.id = wanted.id
join collectivity c on c.id = d.collectivity_id;

-- name: prompts(collectivities, prompts)
-- What the claimed prompts of dialogues ask, and who asks.
select p.collectivity_id, p.id, p.subject, p.body_text, p.buttons, p.made_at, c.kind as collectivity_kind, c.name as collectivity_name,
       c.email as collectivity_email
from unnest(:collectivities::int[], :prompts::bigint[]) as wanted (collectivity_id, id)
join prompt p on p.collectivity_id = wanted.collectivity_id and p.id = wanted.id
join collectivity c on c.id = p.collectivity_id;

-- name: attachments(collectivity_id, message_id)
-- The files a message carries, with what is small of them.
select a.name, a.type, a.digest, a.inline, a.content_id, b.data
from attachment a join blob b on b.collectivity_id = a.collectivity_id and b.digest = a.digest
where a.collectivity_id = :collectivity_id and a.message_id = :message_id
order by a.position;

-- name: name_mails(collectivities, messages, mail_ids)!
-- Gives messages their Message-ID before the first try, so that every try bears the same.
update message m set mail_id = named.mail_id
from unnest(:collectivities::int[], :messages::bigint[], :mail_ids::text[]) as named (collectivity_id, id, mail_id)
where m.collectivity_id = named.collectivity_id and m.id = named.id and m.mail_id is null;

-- name: record(collectivity_id, id, tries, state, detail, answer, due, now, provider_ids)$
-- The evidence of one attempt, and where the delivery stands after it; no row where this attempt is recorded already or another began.
with standing as (
    update outgoing set state = :state::text, due = :due, answer = :answer::text,
           sent_at = case when :state::text in ('sent', 'delivered') then :now::timestamptz else sent_at end,
           provider_ids = :provider_ids::text[]
    where collectivity_id = :collectivity_id and id = :id and state = 'sending' and tries = :tries
    returning collectivity_id, id
), evidence as (
    insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
    select s.collectivity_id, s.id, :now::timestamptz, :state::text, :detail::text from standing s
)
select id from standing;
