-- What the page of one ticket reads.

-- name: ticket(reference, most_messages, most_events)^
-- A ticket with all that its page shows, in one statement; row-level security decides whether there is one.
with t as materialized (select * from ticket where reference = :reference order by passed_to is not null, passed_at desc limit 1)
select t.collectivity_id, t.id, t.reference, t.type, t.version, t.state, t.phase, t.service_id, t.assignee_id, t.priority, t.subject,
       t.requester_id, t.requester_name, t.channel, t.answer_channel, t.answer_addr, t.fields, t.unread, t.alarm, t.opened_at,
       t.variant, t.alarm_text, t.third_addr, t.rating, t.rating_text,
       t.last_at, t.due_at, t.closed_at, t.tracking_token, t.passed_at,
       (select jsonb_build_array(p.kind, p.name) from collectivity p where p.id = t.passed_to) as passed_to,
       (select max(b.until) from abusive_source b
        where b.collectivity_id = t.collectivity_id and b.lifted_at is null
          and (b.kind = 'email' and b.value = lower(t.answer_addr)
               or exists (select from identity i where i.collectivity_id = b.collectivity_id and i.person_id = t.requester_id
                          and i.kind = b.kind and i.value = b.value))) as abusive_until,
       s.name as service, c.name as collectivity,
       (select a.name from agent a where a.id = t.assignee_id) as assignee,
       t.on_behalf_of as member_id, (select b.name from collectivity b where b.id = t.on_behalf_of) as on_behalf_of,
       (select coalesce(jsonb_agg(m order by m.id), '[]') from (
            select m.id, m.direction, m.kind, m.channel, m.at, m.author_name, m.from_addr, m.to_addrs, m.cc_addrs, m.subject,
                   m.body_text, m.quoted_text, m.body_html is not null as has_html, m.is_auto, m.defects, m.audience, m.first_text, m.post -> 'public' = 'true'::jsonb as public,
                   (select jsonb_build_array(w.kind, w.name) from collectivity w where w.id = m.written_for and w.id <> m.collectivity_id) as written_for
            from message m where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id
            order by m.id desc limit :most_messages) m) as messages,
       (select coalesce(jsonb_agg(f order by f.message_id, f.position), '[]') from (
            select f.id, f.message_id, f.position, f.name, f.type, f.size, f.inline, f.scan
            from attachment f where f.collectivity_id = t.collectivity_id and f.ticket_id = t.id
            order by f.message_id desc, f.position limit 500) f) as files,
       (select coalesce(jsonb_agg(o order by o.id), '[]') from (
            select o.id, o.message_id, o.channel, o.to_addr, o.state, o.tries, o.due, o.sent_at, o.settled_at is not null as settled,
                   (select i.label from identity i where i.collectivity_id = o.collectivity_id and i.kind = split_part(o.to_addr, ':', 1)
                    and i.value = substr(o.to_addr, position(':' in o.to_addr) + 1) and o.to_addr like '%:%') as label,
                   (select d.detail from delivery_attempt d
                    where d.collectivity_id = o.collectivity_id and d.outgoing_id = o.id order by d.id desc limit 1) as detail
            from outgoing o where o.collectivity_id = t.collectivity_id and o.ticket_id = t.id
            order by o.message_id desc limit :most_messages) o) as deliveries,
       (select coalesce(jsonb_agg(e order by e.id), '[]') from (
            select e.id, e.at, e.who, e.what, e.why, e.data
            from event e where e.collectivity_id = t.collectivity_id and e.ticket_id = t.id
            order by e.id desc limit :most_events) e) as events,
       (select coalesce(jsonb_agg(d order by d.due_at), '[]') from (
            select d.kind, d.due_at, d.article, d.reasons, d.met_at, d.paused_at
            from deadline d where d.collectivity_id = t.collectivity_id and d.ticket_id = t.id
            and d.reminds is null and d.shown <> 'nobody') d) as deadlines,
       (select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value, 'label', i.label) order by i.kind, i.value), '[]')
        from same_person(t.collectivity_id, t.requester_id) who
        join identity i on i.collectivity_id = t.collectivity_id and i.person_id = who.id) as identities,
       (select coalesce(jsonb_agg(o order by o.last_at desc), '[]') from (
            select o.reference, o.subject, o.phase, o.last_at
            from same_person(t.collectivity_id, t.requester_id) who
            join ticket o on o.collectivity_id = t.collectivity_id and o.requester_id = who.id and o.id <> t.id
            order by o.id desc limit 6) o) as others,
       (select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name) order by v.position, v.name), '[]')
        from service v where v.collectivity_id = t.collectivity_id) as services,
       (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.name), '[]')
        from (select distinct a.id, a.name from membership m join agent a on a.id = m.agent_id and a.active
              where m.collectivity_id = t.collectivity_id and coalesce(m.service_id, t.service_id) = t.service_id) g) as colleagues
from t
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = t.collectivity_id;

-- name: html(reference, message)^
-- The HTML of one message, cleaned when it came in.
select m.body_html from ticket t
join message m on m.collectivity_id = t.collectivity_id and m.ticket_id = t.id and m.id = :message
where t.reference = :reference;

-- name: files_of(reference, message)
-- The files of one message, for the pictures that its HTML names.
select f.collectivity_id, f.content_id, f.type, f.size, f.digest, f.scan from ticket t
join attachment f on f.collectivity_id = t.collectivity_id and f.ticket_id = t.id and f.message_id = :message
where t.reference = :reference and f.content_id is not null;

-- name: file(reference, file)^
-- One file of a ticket: where its content lies, and how it was named.
select f.collectivity_id, f.name, f.type, f.size, f.digest, f.scan from ticket t
join attachment f on f.collectivity_id = t.collectivity_id and f.ticket_id = t.id and f.id = :file
where t.reference = :reference;

-- name: reach(collectivities)
-- The services of these collectivities, for whoever chooses in whose name he writes.
select s.collectivity_id, s.id, s.name, c.name as collectivity, s.is_default, s.slug
from service s join collectivity c on c.id = s.collectivity_id
where s.collectivity_id = any(:collectivities::int[]) order by c.name, s.position, s.name;
