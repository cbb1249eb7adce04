-- name: with_tickets(names, collectivities)
-- Which types, of these and of those made in the browser, have had tickets here, as far as the reader sees them.
select n.name
from (select unnest(:names::text[]) as name union select r.name from request_type r where r.state = 'published') n
where exists (select from ticket t where t.collectivity_id = any(:collectivities::int[]) and t.type = n.name and t.passed_to is null);

-- name: members(type, collectivities, since)
-- The members for whom tickets of a type were opened since then.
select c.id, c.name
from (select distinct t.on_behalf_of as id from ticket t
      where t.collectivity_id = any(:collectivities::int[]) and t.type = :type::text and t.opened_at >= :since::timestamptz) asked
join collectivity c on c.id = asked.id
order by c.name;

-- name: reckon(collectivities, type, since, until, member, of_word, of_path, by_word, by_path, conditions, answered)
-- A figure over the tickets of a type that were opened in a period, duplicates and traces left out: for each value of what it is by, how many tickets
-- there are, for how many its conditions hold, and of those how many have the measured value, its sum, mean and median. What is measured,
-- what it is by and what is asked are words and JSON paths, never SQL. A condition is judged as workflows/condition.py judges it.
with opened as materialized (
    select t.collectivity_id, t.id, t.service_id, t.on_behalf_of, t.opened_at, t.closed_at, t.phase, t.state, t.rating, t.fields,
           jsonb_build_object(
               'state', t.state, 'priority', t.priority, 'channel', t.channel, 'rating', t.rating, 'member', t.on_behalf_of is not null,
               'assigned', t.assignee_id is not null, 'fields', t.fields,
               'answered', case when :answered::boolean then exists (
                   select from message m where m.collectivity_id = t.collectivity_id and m.ticket_id = t.id
                   and m.direction = 'out' and m.kind = 'message' and m.audience = 'public') end) as facts
    from ticket t
    where t.collectivity_id = any(:collectivities::int[]) and t.type = :type::text
      and t.opened_at >= :since::timestamptz and t.opened_at < :until::timestamptz
      and t.merged_into is null and t.passed_to is null and (:member::int is null or t.on_behalf_of = :member::int)
), judged as materialized (
    select o.*,
           not exists (
               select from jsonb_array_elements(:conditions::jsonb) asked (c)
               cross join lateral (
                   select jsonb_path_query_array(o.facts, (asked.c ->> 'path')::jsonpath) as given,
                          coalesce(jsonb_path_query_first(o.facts, (asked.c ->> 'whole')::jsonpath), 'null') as whole
               ) v
               cross join lateral (
                   select v.whole not in ('null', '""', '[]', '{}') as filled, v.whole,
                          exists (select from jsonb_array_elements(v.given) e (one), jsonb_array_elements(nullif(asked.c -> 'is', 'null')) i (one)
                                  where e.one = i.one or (jsonb_typeof(e.one) = 'number' and e.one::text = i.one #>> '{}')) as is_one,
                          exists (select from jsonb_array_elements(v.given) e (one), jsonb_array_elements(nullif(asked.c -> 'not', 'null')) n (one)
                                  where e.one = n.one or (jsonb_typeof(e.one) = 'number' and e.one::text = n.one #>> '{}')) as is_none
               ) told
               where not (
                   (asked.c -> 'filled' = 'null' or (asked.c ->> 'filled')::boolean = told.filled)
                   and (asked.c -> 'is' = 'null' or told.is_one) and not told.is_none
                   and not exists (
                       select from (values (asked.c -> 'min', asked.c ->> 'min', told.whole #>> '{}'),
                                           (asked.c -> 'max', told.whole #>> '{}', asked.c ->> 'max')) o (bound, low, high)
                       where o.bound <> 'null' and not (told.filled and coalesce(case
                           when o.low ~ '^-?[0-9]{1,30}([.][0-9]{1,30})?$' and o.high ~ '^-?[0-9]{1,30}([.][0-9]{1,30})?$'
                               then o.low::numeric <= o.high::numeric
                           when jsonb_typeof(o.bound) = 'string' and jsonb_typeof(told.whole) = 'string'
                               then o.low collate "C" <= o.high collate "C" end, false))))
           ) as holds
    from opened o
), measured as (
    select j.*,
           case :of_word::text
               when 'rating' then j.rating::numeric
               when 'minutes' then (select sum(w.minutes) from work_time w where w.collectivity_id = j.collectivity_id and w.ticket_id = j.id)
               when 'km' then (select sum(w.km) from work_time w where w.collectivity_id = j.collectivity_id and w.ticket_id = j.id)
               when 'hours_to_close' then case when j.phase = 'closed' then extract(epoch from j.closed_at - j.opened_at) / 3600 end
               when 'hours_to_answer' then (
                   select extract(epoch from min(m.at) - j.opened_at) / 3600 from message m
                   where m.collectivity_id = j.collectivity_id and m.ticket_id = j.id
                     and m.direction = 'out' and m.kind = 'message' and m.audience = 'public')
               when 'fields' then (
                   select sum((e.one #>> '{}')::numeric)
                   from jsonb_array_elements(jsonb_path_query_array(j.facts, :of_path::text::jsonpath)) e (one)
                   where jsonb_typeof(e.one) = 'number')
           end as value
    from judged j
), placed as (
    select m.holds, m.value, b.bucket
    from measured m
    cross join lateral (
        select to_jsonb(case :by_word::text
            when 'state' then m.state
            when 'month' then to_char(m.opened_at at time zone 'Europe/Paris', 'YYYY-MM')
            when 'service' then (select s.name from service s where s.collectivity_id = m.collectivity_id and s.id = m.service_id)
            when 'member' then (select c.name from collectivity c where c.id = m.on_behalf_of)
            when 'rating' then m.rating::text
        end) as bucket
        where :by_word::text <> 'fields'
        union all
        select * from (
            -- A ticket with several values counts for each; one with none has a place of its own.
            select distinct case when jsonb_typeof(e.one) = 'object'
                                 then coalesce(e.one -> 'title', e.one -> 'name', e.one -> 'text') else e.one end as bucket
            from jsonb_array_elements(coalesce(nullif(jsonb_path_query_array(m.facts, :by_path::text::jsonpath), '[]'), '[null]')) e (one)
        ) valued
        where :by_word::text = 'fields'
    ) b
)
select nullif(p.bucket, 'null') as bucket, count(*)::int as tickets, count(*) filter (where p.holds)::int as held,
       count(p.value) filter (where p.holds)::int as valued, sum(p.value) filter (where p.holds)::float8 as sum,
       avg(p.value) filter (where p.holds)::float8 as mean,
       (percentile_cont(0.5) within group (order by p.value::float8) filter (where p.holds))::float8 as median
from placed p
group by 1
order by held desc, bucket
limit 500;
