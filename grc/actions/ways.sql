-- name: ways(collectivity_id, ticket_id)^
-- By what whoever asked can be answered: the ways he wrote by, his other addresses, what became of what left, and the accounts there are.
select t.answer_channel, t.answer_account, t.answer_addr, t.requester_id, t.requester_name,
       p.on_paper_since, p.on_paper_how,
       (select coalesce(jsonb_agg(w order by w.id desc), '[]') from (
            select distinct on (m.channel, m.from_addr) m.id, m.channel, m.from_addr, m.at, m.post
            from message m
            where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id and m.direction = 'in' and m.audience = 'public'
              and m.from_addr <> ''
            order by m.channel, m.from_addr, m.id desc) w) as wrote,
       (select coalesce(jsonb_agg(jsonb_build_array(i.kind, i.value, i.label, i.verified_at is not null) order by i.verified_at is null, i.value), '[]')
        from same_person(t.collectivity_id, t.requester_id) who join identity i on i.collectivity_id = t.collectivity_id and i.person_id = who.id) as identities,
       (select coalesce(jsonb_agg(jsonb_build_array(o.channel, o.to_addr, o.state)), '[]') from (
            select distinct on (o.channel, o.to_addr) o.channel, o.to_addr, o.state
            from outgoing o where o.collectivity_id = t.collectivity_id and o.ticket_id = t.id
            order by o.channel, o.to_addr, o.id desc) o) as left_by,
       (select coalesce(jsonb_agg(jsonb_build_array(a.channel, a.name)), '[]') from accounts_of(t.collectivity_id) a) as accounts
from ticket t left join person p on p.collectivity_id = t.collectivity_id and p.id = t.requester_id
where t.collectivity_id = :collectivity_id and t.id = :ticket_id;
