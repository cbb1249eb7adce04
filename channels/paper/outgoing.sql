-- name: about(collectivity_id, outgoing_id)^
-- Whom a delivery is to, by whom and for whom it was written, and what was said of where he lives.
select t.fields, t.requester_name, p.name as person_name, p.postal_address, p.id as person_id,
       m.kind, m.author_id, m.author_name, m.at, m.subject, m.body_text, m.id as message_id,
       c.kind as collectivity_kind, c.name as collectivity_name, c.postal_address as ours, c.phone as collectivity_phone,
       c.email as collectivity_email, c.accent, s.name as service_name, s.email as service_email, s.phone as service_phone
from outgoing o
join message m on m.collectivity_id = o.collectivity_id and m.id = o.message_id
join ticket t on t.collectivity_id = o.collectivity_id and t.id = o.ticket_id
left join person p on p.collectivity_id = t.collectivity_id and p.id = t.requester_id
join collectivity c on c.id = coalesce(m.written_for, o.collectivity_id)
join service s on s.collectivity_id = c.id and s.id = coalesce(m.written_for_service, t.service_id)
where o.collectivity_id = :collectivity_id and o.id = :outgoing_id;

-- name: is_wrong(collectivity_id, person_id, address)$
-- Since when the post says that somebody does not live there.
select since from wrong_address where collectivity_id = :collectivity_id and person_id = :person_id and address = :address;

-- name: print(collectivity_id, outgoing_id, ticket_id, message_id, address, digest, pages, now)!
-- Puts a letter among those to print. One that is tried again is written anew, as long as it was not posted.
insert into letter (collectivity_id, outgoing_id, ticket_id, message_id, address, digest, pages, made_at)
values (:collectivity_id, :outgoing_id, :ticket_id, :message_id, :address, :digest, :pages, :now)
on conflict (collectivity_id, outgoing_id) do update set address = excluded.address, digest = excluded.digest, pages = excluded.pages
where letter.state = 'to-print';

-- name: to_print(collectivities)
-- The letters that wait for a printer, the oldest first, as far as this agent reaches.
select l.collectivity_id, l.outgoing_id, l.address, l.pages, l.made_at, t.reference, t.requester_name, m.subject, m.author_name, m.kind,
       c.name as place, s.name as service
from letter l
join ticket t on t.collectivity_id = l.collectivity_id and t.id = l.ticket_id
join message m on m.collectivity_id = l.collectivity_id and m.id = l.message_id
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = l.collectivity_id
where l.collectivity_id = any(:collectivities::int[]) and l.state = 'to-print'
order by l.made_at, l.outgoing_id limit 300;

-- name: posted_lately(collectivities)
-- The letters that were posted, the last ones first.
select l.collectivity_id, l.outgoing_id, l.address, l.pages, l.state, l.posted_on, l.registered, l.presented_on, l.received_on, l.returned_on,
       l.returned_why, t.reference, t.requester_name, m.subject, m.kind, c.name as place, s.name as service
from letter l
join ticket t on t.collectivity_id = l.collectivity_id and t.id = l.ticket_id
join message m on m.collectivity_id = l.collectivity_id and m.id = l.message_id
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = l.collectivity_id
where l.collectivity_id = any(:collectivities::int[]) and l.state <> 'to-print'
order by l.posted_on desc, l.outgoing_id desc limit 200;

-- name: letters(collectivities, ids)
-- These letters, with what acting on them needs.
select l.collectivity_id, l.outgoing_id, l.ticket_id, l.message_id, l.address, l.digest, l.pages, l.state, l.posted_on, l.registered,
       l.presented_on, l.received_on, m.at as written_at, m.kind, m.author_name, m.written_for, t.reference, t.requester_id
from unnest(:collectivities::int[], :ids::bigint[]) as wanted (collectivity_id, outgoing_id)
join letter l on l.collectivity_id = wanted.collectivity_id and l.outgoing_id = wanted.outgoing_id
join message m on m.collectivity_id = l.collectivity_id and m.id = l.message_id
join ticket t on t.collectivity_id = l.collectivity_id and t.id = l.ticket_id
order by l.made_at, l.outgoing_id;

-- name: enclosures(collectivity_id, message_id)
-- The files that go with a letter.
select name, type, digest, scan from attachment where collectivity_id = :collectivity_id and message_id = :message_id order by position;

-- name: posted(collectivity_id, outgoing_id, day, agent_id, registered, at, detail)$
-- A letter was posted: its state, the delivery's, and the evidence; no row where it was before.
with gone as (
    update letter set state = 'printed', posted_on = :day::date, posted_by = :agent_id::int, registered = :registered::text
    where collectivity_id = :collectivity_id and outgoing_id = :outgoing_id and state = 'to-print'
    returning collectivity_id, outgoing_id
), standing as (
    update outgoing o set state = 'sent', sent_at = :at::timestamptz, answer = ''
    from gone where o.collectivity_id = gone.collectivity_id and o.id = gone.outgoing_id
), evidence as (
    insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
    select g.collectivity_id, g.outgoing_id, :at::timestamptz, 'sent', :detail::text from gone g
)
select outgoing_id from gone;

-- name: followed(collectivity_id, outgoing_id, registered, presented_on, received_on, now, detail)$
-- What the post says of a registered letter; once received, it is delivered.
with told as (
    update letter set registered = :registered::text, presented_on = :presented_on::date, received_on = :received_on::date
    where collectivity_id = :collectivity_id and outgoing_id = :outgoing_id and state = 'printed'
    returning collectivity_id, outgoing_id, received_on
), standing as (
    update outgoing o set state = 'delivered'
    from told where o.collectivity_id = told.collectivity_id and o.id = told.outgoing_id and told.received_on is not null and o.state = 'sent'
), evidence as (
    insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
    select t.collectivity_id, t.outgoing_id, :now::timestamptz, case when t.received_on is null then 'sent' else 'delivered' end, :detail::text from told t
)
select outgoing_id from told;

-- name: returned(collectivity_id, outgoing_id, day, why, now, detail)$
-- The post gave a letter back: it was not delivered.
with back as (
    update letter set state = 'returned', returned_on = :day::date, returned_why = :why::text
    where collectivity_id = :collectivity_id and outgoing_id = :outgoing_id and state = 'printed'
    returning collectivity_id, outgoing_id
), standing as (
    update outgoing o set state = 'permanent-failure', answer = :why::text
    from back where o.collectivity_id = back.collectivity_id and o.id = back.outgoing_id
), evidence as (
    insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
    select b.collectivity_id, b.outgoing_id, :now::timestamptz, 'permanent-failure', :detail::text from back b
)
select outgoing_id from back;

-- name: mark_wrong(collectivity_id, person_id, address, day)!
-- Nobody writes there again before somebody has corrected the address.
insert into wrong_address (collectivity_id, person_id, address, since) values (:collectivity_id, :person_id, :address, :day)
on conflict do nothing;
