-- name: waiting(cols, services, most)
-- Incidents that nobody has sorted yet, the most urgent first, then the longest waiting; those under a major incident wait for it.
select t.collectivity_id, t.id, t.reference, t.subject, t.priority, t.opened_at, t.due_at, t.requester_name, t.on_behalf_of, m.name as member,
       t.channel, t.fields, t.alarm_text
from ticket t left join collectivity m on m.id = t.on_behalf_of
where t.phase = 'open' and t.type = 'incidents' and t.state = 'received'
  and t.collectivity_id = any(:cols::int[]) and t.service_id = any(:services::int[])
  and not exists (select from link l where l.collectivity_id = t.collectivity_id and l.ticket_id = t.id and l.kind = 'above'
                  and l.ended_at is null and not l.closed)
order by t.priority, t.opened_at, t.id
limit :most;

-- name: around(collectivity_id, ticket_id, member_id, since)^
-- What helps to sort one incident: its first words, the softwares and known errors there are, what the member uses, what is like it.
select
    (select m.body_text from message m
     where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id and m.direction <> 'out' order by m.id limit 1) as text,
    (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'title', r.title, 'data', r.data) order by r.title), '[]') from (
        select r.id, r.title, r.data from record r
        where r.collectivity_id = :collectivity_id and r.register = 'logiciel' and r.active order by r.folded limit 300) r) as softwares,
    (select coalesce(array_agg((r.data -> 'logiciel' ->> 'id')::bigint), '{}') from record r
     where r.collectivity_id = :collectivity_id and r.member_id = :member_id::int and r.register = 'installation' and r.active
       and r.data -> 'logiciel' ->> 'id' is not null) as used,
    (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'title', r.title, 'data', r.data)), '[]') from (
        select r.id, r.title, r.data from record r
        where r.collectivity_id = :collectivity_id and r.register = 'erreur_connue' and r.active order by r.folded limit 300) r) as errors,
    (select coalesce(jsonb_agg(n), '[]') from (
        select t.reference, t.subject, t.state, t.opened_at, b.name as member, (t.fields -> 'logiciel' ->> 'id')::bigint as software_id,
               t.on_behalf_of = :member_id::int as same_member
        from ticket t left join collectivity b on b.id = t.on_behalf_of
        where t.collectivity_id = :collectivity_id and t.type = 'incidents' and t.phase = 'open' and t.opened_at > :since::timestamptz
          and t.id <> :ticket_id
        order by t.opened_at desc limit 100) n) as near,
    (select coalesce(jsonb_agg(n), '[]') from (
        select t.reference, t.subject, t.state, t.opened_at, '' as member, (t.fields -> 'logiciel' ->> 'id')::bigint as software_id,
               false as same_member
        from ticket t
        where t.collectivity_id = :collectivity_id and t.type = 'problem' and t.phase = 'open'
        order by t.opened_at desc limit 20) n) as problems,
    (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'busy', g.busy) order by g.busy, g.name), '[]') from (
        select a.id, a.name, (select count(*)::int from ticket o where o.assignee_id = a.id and o.phase = 'open') as busy
        from (select distinct m.agent_id from membership m join ticket t on t.collectivity_id = m.collectivity_id and t.id = :ticket_id
              where m.collectivity_id = :collectivity_id and coalesce(m.service_id, t.service_id) = t.service_id) s
        join agent a on a.id = s.agent_id and a.active) g) as colleagues;
