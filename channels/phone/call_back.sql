-- name: take_turns(numbers)
-- Holds these numbers until the end: two calls from one number that are over at the same moment are one to call back.
select pg_advisory_xact_lock(hashtextextended(n.number, 22)) from (select number from unnest(:numbers::text[]) u (number) order by number) n;

-- name: standing(collectivity_id, numbers, since)
-- How things stand with each of these numbers: the calls missed since then and not yet told anywhere, the last time we spoke, the last
-- time we tried in vain, and the open request to call it back.
select n.number, missed.calls as missed, spoken.at as spoken_at, spoken.agent_id, spoken.agent, tried.at as tried_at,
       open.id as ticket_id, open.state, open.dernier
from unnest(:numbers::text[]) as n (number)
cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'at', c.rang_at, 'waited', c.waited, 'queue', c.queue, 'own', c.own,
                                                 'service_id', c.service_id) order by c.rang_at), '[]') as calls
    from call c where c.collectivity_id = :collectivity_id and c.other = n.number and c.direction = 'in' and c.outcome = 'missed'
      and c.ticket_id is null and c.rang_at > :since::timestamptz
) missed
left join lateral (
    select c.rang_at as at, c.agent_id, a.name as agent from call c left join agent a on a.id = c.agent_id
    where c.collectivity_id = :collectivity_id and c.other = n.number and c.direction <> 'internal' and c.outcome in ('talking', 'answered')
    order by c.rang_at desc limit 1
) spoken on true
left join lateral (
    select c.rang_at as at from call c
    where c.collectivity_id = :collectivity_id and c.other = n.number and c.outcome = 'not_reached'
    order by c.rang_at desc limit 1
) tried on true
left join lateral (
    select t.id, t.state, (select max(m.rang_at) from call m where m.collectivity_id = :collectivity_id and m.ticket_id = t.id
                             and m.outcome = 'missed') as dernier
    from call c join ticket t on t.collectivity_id = c.collectivity_id and t.id = c.ticket_id
    where c.collectivity_id = :collectivity_id and c.other = n.number and t.type = 'call_back' and t.phase = 'open' and t.passed_to is null
    order by t.id limit 1
) open on true;

-- name: place(collectivity_id, service_id, number)^
-- Who is called: the collectivity and its service, or the one that everything else goes to; and the person known at the number.
select jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings) as collectivity,
       jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.email, s.phone) as service,
       p.id as person_id, p.name as person
from collectivity c
cross join lateral (
    select * from service s where s.collectivity_id = c.id and (s.id = :service_id::int or s.is_default)
    order by s.id = :service_id::int desc nulls last, s.position, s.id limit 1) s
left join identity i on i.collectivity_id = c.id and i.kind = 'tel' and i.value = :number
left join person q on q.collectivity_id = i.collectivity_id and q.id = i.person_id
left join person p on p.collectivity_id = q.collectivity_id and p.id = coalesce(q.joined_into, q.id)
where c.id = :collectivity_id;

-- name: tie(collectivity_id, calls, ticket_id)!
-- These calls are told on this request.
update call set ticket_id = :ticket_id where collectivity_id = :collectivity_id and id = any(:calls::bigint[]);
