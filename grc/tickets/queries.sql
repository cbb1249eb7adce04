-- name: next_numbers()^
-- The numbers of a ticket and of a person about to be written; those of tickets that never were are simply missing.
select nextval('ticket_number') as ticket, nextval('person_id_seq') as person;

-- name: hold(collectivity_id, id)$
-- Holds a ticket until this transaction ends: what is done to one ticket is done one after the other. No row where there is none.
select t.id from ticket t where t.collectivity_id = :collectivity_id and t.id = :id for update;

-- name: hold_free(collectivities, ids)
-- Holds those of these tickets that nobody else holds at this moment.
select t.collectivity_id, t.id
from unnest(:collectivities::int[], :ids::bigint[]) as wanted (collectivity_id, id)
join ticket t on t.collectivity_id = wanted.collectivity_id and t.id = wanted.id
for update of t skip locked;

-- name: tickets(collectivities, ids)
-- Tickets in hand, as they stand. To be asked once they are held: a statement that waits for its lock still sees what was before it waited.
select t.collectivity_id, t.id, t.reference, t.type, t.version, t.variant, t.state, t.phase, t.service_id, t.assignee_id, t.priority,
       t.subject, t.requester_id, t.requester_name, t.channel, t.answer_channel, t.answer_account, t.answer_addr, t.third_addr, t.on_behalf_of, t.fields,
       t.tracking_token, t.opened_at, t.closed_at, t.alarm, t.passed_to, s.name as service_name, c.region, c.settings -> 'calendar' as calendar,
       exists (select from message m where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id
               and m.direction = 'out' and m.kind = 'message' and m.audience = 'public' and m.written_for is null) as answered,
       (select count(*)::int from link l where l.collectivity_id = t.collectivity_id and l.ticket_id = t.id
        and l.waits and not l.closed and l.ended_at is null) as linked,
       (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'due_at', d.due_at, 'paused_at', d.paused_at,
            'reminds', d.reminds, 'shown', d.shown, 'reasons', d.reasons) order by d.due_at), '[]') from deadline d
        where d.collectivity_id = t.collectivity_id and d.ticket_id = t.id and d.met_at is null) as open_deadlines,
       (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'kind', l.kind, 'at', l.at, 'days', l.days, 'indispensable',
            l.indispensable, 'decision', l.decision, 'items', l.items) order by l.at, l.id), '[]') from legal_event_standing l
        where l.collectivity_id = t.collectivity_id and l.ticket_id = t.id) as legal
from unnest(:collectivities::int[], :ids::bigint[]) as wanted (collectivity_id, id)
join ticket t on t.collectivity_id = wanted.collectivity_id and t.id = wanted.id
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = t.collectivity_id;

-- name: write_changes(collectivity_id, ticket_id, person, opened, columns, messages, events, deadlines, met, paused, resumed, links, errands, legal, voided, at)^
-- All that one action writes on one ticket, in one statement: the person met, the ticket opened or amended, messages with their files and
-- deliveries, timeline, deadlines set, met, stopped and freed, links, errands. Returns the numbers of the messages, in order.
with meeting_person as (
    insert into person (collectivity_id, id, name, created_at)
    select p.collectivity_id, p.id, p.name, p.created_at from jsonb_populate_record(null::person, :person::jsonb) p where p.id is not null
), known_at as (
    insert into identity (collectivity_id, kind, value, person_id, label)
    select i.collectivity_id, i.kind, i.value, i.person_id, i.label from jsonb_populate_record(null::identity, :person::jsonb) i where i.value <> ''
), opening as (
    insert into ticket
    select (jsonb_populate_record(null::ticket, :opened::jsonb)).*
    where :opened::jsonb is not null
), amending as (
    update ticket t
    set state = p.state, phase = p.phase, service_id = p.service_id, assignee_id = p.assignee_id, priority = p.priority,
        subject = p.subject, requester_id = p.requester_id, requester_name = p.requester_name, channel = p.channel,
        answer_channel = p.answer_channel, answer_account = p.answer_account, answer_addr = p.answer_addr, fields = p.fields, unread = p.unread, alarm = p.alarm,
        excerpt = p.excerpt, last_at = p.last_at, due_at = p.due_at, closed_at = p.closed_at, tracking_token = p.tracking_token,
        type = p.type, version = p.version, variant = p.variant, alarm_text = p.alarm_text, third_addr = p.third_addr,
        on_behalf_of = p.on_behalf_of, rating = p.rating, rating_text = p.rating_text, legal_due_at = p.legal_due_at
    from ticket old, jsonb_populate_record(old, :columns::jsonb) p
    where :columns::jsonb is not null
      and old.collectivity_id = :collectivity_id and old.id = :ticket_id
      and t.collectivity_id = old.collectivity_id and t.id = old.id
), numbered as materialized (
    select nextval('message_id_seq') as id, m.rank, m.doc
    from jsonb_array_elements(:messages::jsonb) with ordinality as m (doc, rank)
), speaking as (
    insert into message (
        collectivity_id, id, ticket_id, direction, kind, channel, at, author_id, author_name, from_addr, to_addrs, cc_addrs,
        subject, body_text, quoted_text, body_html, mail_id, mail_references, is_auto, defects, received_id, audience, post, search)
    select :collectivity_id, n.id, :ticket_id, m.direction, m.kind, m.channel, m.at, m.author_id, m.author_name, m.from_addr, m.to_addrs,
           m.cc_addrs, m.subject, m.body_text, m.quoted_text, m.body_html, m.mail_id, m.mail_references, m.is_auto, m.defects,
           m.received_id, m.audience, m.post, search_document(:collectivity_id, n.id, n.doc ->> 'folded')
    from numbered n, jsonb_populate_record(null::message, n.doc) m
), attaching as (
    insert into attachment (collectivity_id, ticket_id, message_id, position, name, type, size, digest, inline, content_id, scan, scan_due)
    select :collectivity_id, :ticket_id, n.id, f.rank, a.name, a.type, a.size, a.digest, a.inline, a.content_id, a.scan, a.scan_due
    from numbered n, jsonb_array_elements(n.doc -> 'attachments') with ordinality as f (doc, rank),
         jsonb_populate_record(null::attachment, f.doc) a
), leaving as (
    insert into outgoing (collectivity_id, ticket_id, message_id, channel, account, to_addr, public, automatic, state, due, created_at)
    select :collectivity_id, :ticket_id, n.id, o.channel, o.account, o.to_addr, o.public, o.automatic, o.state, o.due, o.created_at
    from numbered n, jsonb_populate_record(null::outgoing, n.doc -> 'delivery') o
    where n.doc -> 'delivery' <> 'null'::jsonb
), telling as (
    insert into event (collectivity_id, ticket_id, at, who, agent_id, what, why, data)
    select :collectivity_id, :ticket_id, e.at, e.who, e.agent_id, e.what, e.why, e.data
    from jsonb_array_elements(:events::jsonb) with ordinality as d (doc, rank), jsonb_populate_record(null::event, d.doc) e
    order by d.rank
), due as (
    insert into deadline (collectivity_id, ticket_id, kind, due_at, article, reasons, shown, reminds, paused_at)
    select :collectivity_id, :ticket_id, d.kind, d.due_at, d.article, d.reasons, d.shown, d.reminds, d.paused_at
    from jsonb_populate_recordset(null::deadline, :deadlines::jsonb) d
), moving as (
    -- one row is changed once by a statement: what is met is met, else it stops or runs again.
    update deadline o
    set met_at = case when o.kind = any(:met::text[]) then :at::timestamptz end,
        due_at = coalesce(r.due_at, o.due_at),
        paused_at = case when o.kind = any(:met::text[]) then o.paused_at
                         when r.id is not null then null else coalesce(o.paused_at, :at::timestamptz) end
    from deadline old left join jsonb_populate_recordset(null::deadline, :resumed::jsonb) r on r.id = old.id
    where old.collectivity_id = :collectivity_id and old.ticket_id = :ticket_id and old.met_at is null
      and old.id <> all(:voided::bigint[])
      and (old.kind = any(:met::text[]) or r.id is not null or (old.kind = any(:paused::text[]) and old.fired_at is null))
      and o.collectivity_id = old.collectivity_id and o.id = old.id
), voiding as (
    delete from deadline v where v.collectivity_id = :collectivity_id and v.ticket_id = :ticket_id and v.id = any(:voided::bigint[])
), by_law as (
    insert into legal_event (collectivity_id, ticket_id, kind, at, days, indispensable, items, decision, way, why, who, agent_id, supersedes,
                             void, made_at)
    select :collectivity_id, :ticket_id, l.kind, l.at, l.days, l.indispensable, l.items, l.decision, l.way, l.why, l.who, l.agent_id,
           l.supersedes, l.void, :at::timestamptz
    from jsonb_array_elements(:legal::jsonb) with ordinality as d (doc, rank), jsonb_populate_record(null::legal_event, d.doc) l
    order by d.rank
), linking as (
    insert into link (collectivity_id, ticket_id, kind, other_collectivity_id, other_ticket_id, other_reference, other_title, other_place,
                      waits, closed, made_at)
    select :collectivity_id, :ticket_id, l.kind, l.other_collectivity_id, l.other_ticket_id, l.other_reference, l.other_title, l.other_place,
           l.waits, l.closed, :at::timestamptz
    from jsonb_populate_recordset(null::link, :links::jsonb) l
    on conflict (collectivity_id, ticket_id, other_collectivity_id, other_ticket_id)
    do update set kind = excluded.kind, waits = excluded.waits, closed = excluded.closed, other_title = excluded.other_title, ended_at = null
), running as (
    insert into errand (collectivity_id, ticket_id, kind, data, due, made_at)
    select :collectivity_id, :ticket_id, e.kind, e.data, e.due, :at::timestamptz
    from jsonb_array_elements(:errands::jsonb) with ordinality as d (doc, rank), jsonb_populate_record(null::errand, d.doc) e
    order by d.rank
)
select coalesce(array_agg(n.id order by n.rank), '{}') as messages from numbered n;

-- name: find(reference)^
-- Where a ticket is, by the reference somebody gave: where the request is followed, else where it was.
select collectivity_id, id from ticket where reference = :reference order by passed_to is not null, passed_at desc limit 1;

-- name: passed_to(collectivity_id, id)^
-- Where a request went that this collectivity no longer has.
select c.kind, c.name from ticket t join collectivity c on c.id = t.passed_to where t.collectivity_id = :collectivity_id and t.id = :id;
