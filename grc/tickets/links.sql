-- name: standing(collectivity_id, ticket_id, most)
-- The tickets that belong together with this one: the row of its side, and how the other stands where the reader sees it.
select l.kind, l.other_collectivity_id, l.other_ticket_id, l.other_reference, l.other_place, l.waits, l.closed,
       coalesce(o.subject, l.other_title) as title, o.id is not null as visible
from link l left join ticket o on o.collectivity_id = l.other_collectivity_id and o.id = l.other_ticket_id
where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id and l.ended_at is null
order by l.closed, l.made_at desc, l.other_ticket_id desc
limit :most;

-- name: counts(collectivity_id, ticket_id)^
-- How many tickets stand below this one, and how many of them are open.
select count(*)::int as below, count(*) filter (where not l.closed)::int as open
from link l where l.collectivity_id = :collectivity_id and l.ticket_id = :ticket_id and l.kind = 'below' and l.ended_at is null;

-- name: named(references)
-- The tickets of these references that the reader sees.
select t.collectivity_id, t.id, t.reference from ticket t where t.reference = any(:references::text[]) and t.passed_to is null;

-- name: duplicates(collectivity_id, ticket_id)
-- The ticket that this one is a duplicate of, and those that are duplicates of this one.
(select t.reference, t.subject, true as kept, m.merged_at
 from ticket m join ticket t on t.collectivity_id = m.collectivity_id and t.id = m.merged_into
 where m.collectivity_id = :collectivity_id and m.id = :ticket_id)
union all
(select t.reference, t.subject, false, t.merged_at
 from ticket t where t.collectivity_id = :collectivity_id and t.merged_into = :ticket_id
 order by t.id limit 50);

-- name: claimed(collectivity_id, ticket_id)^
-- The ticket that the first message of this one named without a right to it, while its alarm says so.
select o.id, o.reference, o.subject, o.requester_name, o.phase = 'closed' as closed
from ticket t
join event e on e.collectivity_id = t.collectivity_id and e.ticket_id = t.id and e.what = 'routed'
join ticket o on o.collectivity_id = t.collectivity_id and o.id = (e.data ->> 'linked_ticket')::bigint and o.passed_to is null
where t.collectivity_id = :collectivity_id and t.id = :ticket_id and t.alarm = 'review_link'
order by e.id limit 1;

-- name: told(collectivity_id, ticket_id)^
-- How far the last telling of the tickets below has come: how many, how many of them done, and those to whom it could not be said.
with last as (
    select e.id, e.done_at, e.data from errand e
    where e.collectivity_id = :collectivity_id and e.ticket_id = :ticket_id and e.kind = 'tell' order by e.id desc limit 1
), each as (
    select e.done_at, e.failed, l.other_reference as reference
    from last, errand e
    left join link l on l.collectivity_id = e.collectivity_id and l.ticket_id = e.ticket_id
         and l.other_collectivity_id = (e.data ->> 'collectivity_id')::int and l.other_ticket_id = (e.data ->> 'ticket_id')::bigint
    where e.collectivity_id = :collectivity_id and e.ticket_id = :ticket_id and e.kind = 'tell_one' and e.data ->> 'telling' = last.id::text
)
select last.done_at is not null as begun, coalesce(last.data ->> 'message', '') as message,
       (select count(*)::int from each) as tickets,
       (select count(*)::int from each where done_at is not null) as done,
       (select coalesce(jsonb_agg(jsonb_build_object('reference', e.reference, 'why', e.failed)), '[]')
        from (select * from each where failed <> '' and done_at is not null order by reference limit 100) e) as failed
from last;

-- name: alike(collectivity_id, id, since, most)
-- Open tickets that may be about the same thing, the latest first: of the same person, by whichever of his cards; and those of the same
-- type that name the same line of a register. Each part looks at a bounded number of recent ones.
with me as materialized (
    select array(select p.id from same_person(:collectivity_id::int, t.requester_id) p) as cards, t.type, t.opened_at,
           (select coalesce(array_agg(f.key || ':' || (f.value ->> 'id')), '{}') from jsonb_each(t.fields) f
            where jsonb_typeof(f.value) = 'object' and f.value ->> 'id' is not null) as records
    from ticket t where t.collectivity_id = :collectivity_id and t.id = :id
)
select c.id, c.reference, c.subject, c.requester_name, c.opened_at, c.opened_at < me.opened_at as older,
       coalesce(c.requester_id = any(me.cards), false) as same_person
from me cross join lateral (
    (select t.* from ticket t
     where t.collectivity_id = :collectivity_id and t.requester_id = any(me.cards) and t.id <> :id and t.phase = 'open' and t.merged_into is null
       and t.opened_at > :since
     order by t.id desc limit 30)
    union
    (select r.* from (
        select t.* from ticket t
        where t.collectivity_id = :collectivity_id and t.type = me.type and t.opened_at > :since
        order by t.opened_at desc limit 300) r
     where r.id <> :id and r.phase = 'open' and r.merged_into is null and cardinality(me.records) > 0
       and exists (select from jsonb_each(r.fields) f
                   where jsonb_typeof(f.value) = 'object' and f.key || ':' || (f.value ->> 'id') = any(me.records)))
) c
where not exists (select from link l where l.collectivity_id = :collectivity_id and l.ticket_id = :id and l.ended_at is null
                  and l.other_collectivity_id = c.collectivity_id and l.other_ticket_id = c.id)
order by same_person desc, c.opened_at desc, c.id desc
limit :most;
