-- name: page(collectivities, outcomes, directions, number, since, until, before_at, before_id, most)
-- The latest calls of these outcomes and directions that an agent may see, before one; of one number where it is given.
select c.collectivity_id, c.id, c.direction, c.other, c.own, c.queue, c.outcome, c.rang_at, c.waited, c.talked, c.line, a.name as agent,
       t.reference, t.phase, p.name as person, k.name as place,
       exists (select from recording r where r.collectivity_id = c.collectivity_id and r.call_id = c.id) as recording
from call c
join collectivity k on k.id = c.collectivity_id
left join agent a on a.id = c.agent_id
left join ticket t on t.collectivity_id = c.collectivity_id and t.id = c.ticket_id
left join identity i on i.collectivity_id = c.collectivity_id and i.kind = 'tel' and i.value = c.other
left join person q on q.collectivity_id = i.collectivity_id and q.id = i.person_id
left join person p on p.collectivity_id = q.collectivity_id and p.id = coalesce(q.joined_into, q.id)
where c.collectivity_id = any(:collectivities::int[]) and c.outcome = any(:outcomes::text[]) and c.direction = any(:directions::text[])
  and (:number::text = '' or c.other = :number::text)
  and c.rang_at >= :since::timestamptz and c.rang_at < :until::timestamptz
  and (c.rang_at, c.id) < (:before_at::timestamptz, :before_id::bigint)
order by c.rang_at desc, c.id desc limit :most;

-- name: hours(collectivities, since, until)
-- The calls that came in, by the hour of the clock on the wall: how many, how many nobody took, the mean wait of those that were taken.
select extract(hour from c.rang_at at time zone 'Europe/Paris')::int as bucket, count(*)::int as calls,
       (count(*) filter (where c.outcome = 'missed'))::int as missed,
       (avg(c.waited) filter (where c.outcome in ('answered', 'talking')))::float8 as waited
from call c
where c.collectivity_id = any(:collectivities::int[]) and c.direction = 'in' and c.outcome <> 'ringing'
  and c.rang_at >= :since::timestamptz and c.rang_at < :until::timestamptz
group by 1 order by 1;

-- name: days(collectivities, since, until)
-- The same by the day.
select (c.rang_at at time zone 'Europe/Paris')::date as bucket, count(*)::int as calls,
       (count(*) filter (where c.outcome = 'missed'))::int as missed,
       (avg(c.waited) filter (where c.outcome in ('answered', 'talking')))::float8 as waited
from call c
where c.collectivity_id = any(:collectivities::int[]) and c.direction = 'in' and c.outcome <> 'ringing'
  and c.rang_at >= :since::timestamptz and c.rang_at < :until::timestamptz
group by 1 order by 1;
