-- name: place(code, member)^
-- Where a story happens: the agency or the collectivity of this code, its services in order, and, where it asks for a member, who asks for it.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       (select jsonb_object_agg(s.slug, jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) order by s.position)
        from service s where s.collectivity_id = c.id) as services,
       m.id as member_id, m.name as member_name,
       (select jsonb_build_object('name', a.name, 'email', a.email) from agent a join membership b on b.agent_id = a.id
        where b.collectivity_id = m.id order by a.id limit 1) as asks
from collectivity c left join collectivity m on :member::text <> '' and coalesce(m.insee, m.siren) = :member::text
where case when :code::text = 'agency' then c.kind = 'agency' else coalesce(c.insee, c.siren) = :code::text end
order by c.id limit 1;

-- name: agent(collectivity_id, service_id)^
-- Whoever takes care of the requests of a service, whoever leads where nobody does.
select a.id, a.email, a.name from agent a join membership m on m.agent_id = a.id
where m.collectivity_id = :collectivity_id and (m.service_id = :service_id or m.service_id is null)
order by m.service_id is null, a.id limit 1;

-- name: known(collectivity_id, kind, value)^
-- The person this collectivity knows at an address.
select i.person_id from identity i where i.collectivity_id = :collectivity_id and i.kind = :kind and i.value = :value;

-- name: line(collectivity_id, register, key)^
-- A line of a register by the key a person names it by.
select r.id, r.title, r.data from record r where r.collectivity_id = :collectivity_id and r.register = :register and r.key = :key;

-- name: leave(now)!
-- What left in the past has left then, and its evidence says so.
with left_then as (
    update outgoing set state = 'sent', sent_at = created_at + interval '6 seconds', tries = 1
    where state = 'created' and created_at < :now::timestamptz - interval '1 minute'
    returning collectivity_id, id, sent_at
)
insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
select l.collectivity_id, l.id, l.sent_at, 'sent', '250 2.0.0 Ok: queued' from left_then l;

-- name: report(collectivity_id, ticket_id, what, detail, at)!
-- The last answer was delivered, or read: the delivery and its evidence say so.
with last as (
    update outgoing o set state = 'delivered'
    where o.collectivity_id = :collectivity_id and o.id = (
        select l.id from outgoing l where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id and not l.automatic
        order by l.id desc limit 1)
    returning o.collectivity_id, o.id
)
insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
select l.collectivity_id, l.id, :at::timestamptz, :what::text, :detail::text from last l;
