-- name: dossier(reference)^
-- Everything about one ticket, as one document: for the operator, for an export, for a check.
select jsonb_build_object(
    'reference', t.reference, 'type', t.type, 'version', t.version, 'state', t.state,
    'collectivity', coalesce(c.insee, c.siren), 'service', s.slug, 'assignee', a.email, 'priority', t.priority,
    'requester', jsonb_build_object('name', t.requester_name, 'identities',
        (select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value) order by i.kind, i.value), '[]')
         from same_person(t.collectivity_id, t.requester_id) p
         join identity i on i.collectivity_id = t.collectivity_id and i.person_id = p.id)),
    'channel', t.channel, 'fields', t.fields,
    'messages', (
        select coalesce(jsonb_agg(jsonb_build_object(
            'direction', m.direction, 'channel', m.channel, 'at', m.at, 'from', coalesce(nullif(m.from_addr, ''), m.author_name),
            'text', m.body_text,
            'attachments', (
                select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'type', f.type, 'size', f.size) order by f.position), '[]')
                from attachment f where f.collectivity_id = m.collectivity_id and f.message_id = m.id),
            'deliveries', (
                select coalesce(jsonb_agg(d.line order by d.at, d.rank), '[]') from (
                    select o.created_at as at, 0 as rank,
                           jsonb_build_object('state', 'created', 'at', o.created_at, 'detail', o.to_addr) as line
                    from outgoing o where o.collectivity_id = m.collectivity_id and o.ticket_id = m.ticket_id and o.message_id = m.id
                    union all
                    select p.at, 1, jsonb_build_object('state', p.state, 'at', p.at, 'detail', p.detail)
                    from outgoing o join delivery_attempt p on p.collectivity_id = o.collectivity_id and p.outgoing_id = o.id
                    where o.collectivity_id = m.collectivity_id and o.ticket_id = m.ticket_id and o.message_id = m.id) d)
            ) order by m.id), '[]')
        from message m where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id),
    'events', (
        select coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'who', e.who, 'what', e.what, 'why', e.why) order by e.id), '[]')
        from event e where e.collectivity_id = t.collectivity_id and e.ticket_id = t.id),
    'work', (
        select coalesce(jsonb_agg(jsonb_build_object('day', w.day, 'minutes', w.minutes, 'kind', w.kind, 'km', w.km, 'note', w.note,
            'who', (select g.name from agent g where g.id = w.agent_id)) order by w.id), '[]')
        from work_time w where w.collectivity_id = t.collectivity_id and w.ticket_id = t.id),
    'appointments', (
        select coalesce(jsonb_agg(jsonb_build_object('kind', p.kind, 'starts', p.starts_at, 'ends', p.ends_at, 'place', p.place, 'state', p.state,
            'with', (select g.name from agent g where g.id = p.agent_id)) order by p.starts_at, p.id), '[]')
        from appointment p where p.collectivity_id = t.collectivity_id and p.ticket_id = t.id),
    'links', (
        select coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'reference', l.other_reference, 'closed', l.closed)
                        order by l.made_at, l.other_ticket_id), '[]')
        from link l where l.collectivity_id = t.collectivity_id and l.ticket_id = t.id and l.ended_at is null),
    'deadlines', (
        select coalesce(jsonb_agg(jsonb_build_object(
            'kind', d.kind, 'due', d.due_at, 'article', d.article, 'reasons', d.reasons, 'met_at', d.met_at) order by d.due_at, d.id), '[]')
        from deadline d where d.collectivity_id = t.collectivity_id and d.ticket_id = t.id and d.reminds is null)
) as document
from ticket t
join collectivity c on c.id = t.collectivity_id
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
left join agent a on a.id = t.assignee_id
where t.reference = :reference and t.passed_to is null;
