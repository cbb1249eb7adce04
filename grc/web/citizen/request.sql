-- name: tracked(token)^
-- Which ticket a tracking link opens.
select collectivity_id, ticket_id from tracked_ticket(:token);

-- name: request(collectivity_id, id)^
-- The request a link opens, as its citizen sees it.
select t.collectivity_id, t.id, t.reference, t.type, t.version, t.variant, t.fields, t.state, t.phase, t.subject, t.requester_name, t.answer_addr,
       t.opened_at, t.last_at, t.closed_at, t.rating, t.rating_text, t.channel, t.on_behalf_of, t.merged_into is not null as duplicate,
       jsonb_build_object('priority', t.priority, 'assigned', t.assignee_id is not null) as standing, s.name as service_name, s.email as service_email, s.phone as service_phone
from ticket t join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
where t.collectivity_id = :collectivity_id and t.id = :id;

-- name: messages(collectivity_id, ticket_id)
-- What was said last, by the citizen and by us, the oldest first. The role of this transaction sees no note.
select l.* from (
    select m.id, m.direction, m.kind, m.channel, m.at, m.author_name, m.subject, m.body_text
    from message m
    where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id
    order by m.id desc
    limit 500) l
order by l.id;

-- name: attachments(collectivity_id, ticket_id)
-- The files of those messages.
select a.id, a.message_id, a.name, a.type, a.size, a.scan
from attachment a
where a.collectivity_id = :collectivity_id and a.ticket_id = :ticket_id
order by a.message_id, a.position
limit 1000;

-- name: attachment(collectivity_id, ticket_id, id)^
-- One file of the request.
select a.name, a.type, a.size, a.digest, a.scan
from attachment a
where a.collectivity_id = :collectivity_id and a.ticket_id = :ticket_id and a.id = :id;

-- name: deadlines(collectivity_id, ticket_id)
-- What is due on this request, and when.
select d.kind, d.due_at, d.article, d.reasons, d.met_at
from deadline d
where d.collectivity_id = :collectivity_id and d.ticket_id = :ticket_id
order by d.due_at, d.id;
