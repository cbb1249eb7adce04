-- name: sources(collectivity_id, ticket_id, now)
-- What whoever asked is known by, for whoever marks one of these as abusive, and until when one is marked already.
select i.kind, i.value,
       (select a.until from abusive_source a
        where a.collectivity_id = i.collectivity_id and a.kind = i.kind and a.value = i.value and a.lifted_at is null
          and a.until > :now::timestamptz) as until
from (
    select n.collectivity_id, n.kind, n.value from ticket t
    join identity n on n.collectivity_id = t.collectivity_id and n.person_id = t.requester_id
    where t.collectivity_id = :collectivity_id::int and t.id = :ticket_id::bigint
    union
    select t.collectivity_id, 'email', lower(t.answer_addr) from ticket t
    where t.collectivity_id = :collectivity_id::int and t.id = :ticket_id::bigint and position('@' in t.answer_addr) > 1
) i
where not exists (select from address o where o.address = i.value)
order by i.kind, i.value;

-- name: put(collectivity_id, kind, value, reason, reference, agent_id, until, review_at, told_at, now)$
-- Marks a source; its number. One that ran out ends at its own day.
with over as (
    update abusive_source a set lifted_at = a.until
    where a.collectivity_id = :collectivity_id and a.kind = :kind and a.value = :value and a.lifted_at is null and a.until <= :now
    returning a.id
)
insert into abusive_source (collectivity_id, kind, value, reason, reference, made_at, made_by, until, review_at, told_at)
select :collectivity_id, :kind, :value, :reason, :reference, :now, :agent_id, :until, :review_at, :told_at
where (select count(*) from over) >= 0
returning id;

-- name: listed(collectivity_id, now)
-- The sources of a collectivity, those that stand first, with who marked and lifted them and how many messages came since.
select a.id, a.kind, a.value, a.reason, a.reference, a.made_at, m.name as made_by, a.until, a.told_at, a.review_at, a.lifted_at,
       l.name as lifted_by, a.lifted_why,
       (select count(*)::int from (
            select from identity i
            join ticket t on t.collectivity_id = i.collectivity_id and t.requester_id = i.person_id
            join message g on g.collectivity_id = t.collectivity_id and g.ticket_id = t.id
            where i.collectivity_id = a.collectivity_id and i.kind = a.kind and i.value = a.value
              and g.direction = 'in' and g.at > a.made_at and g.at <= coalesce(a.lifted_at, a.until) limit 1000) n) as messages
from abusive_source a
join agent m on m.id = a.made_by
left join agent l on l.id = a.lifted_by
where a.collectivity_id = :collectivity_id
order by a.lifted_at is not null or a.until <= :now::timestamptz, a.until desc, a.id
limit 500;

-- name: hold(collectivity_id, id, now)^
-- One source that stands, held until the transaction ends.
select a.id, a.kind, a.value, a.reference, a.made_at, a.until from abusive_source a
where a.collectivity_id = :collectivity_id and a.id = :id::bigint and a.lifted_at is null and a.until > :now for update;

-- name: prolong(collectivity_id, id, until, review_at)!
-- Another day until which it stands; whoever leads is asked again before it.
update abusive_source set until = :until, review_at = :review_at, asked_at = null where collectivity_id = :collectivity_id and id = :id;

-- name: lift(collectivity_id, id, now, agent_id, why)!
-- It no longer stands.
update abusive_source set lifted_at = :now, lifted_by = :agent_id, lifted_why = :why where collectivity_id = :collectivity_id and id = :id;

-- name: to_review(now, most)
-- Takes sources whose day comes near, once each.
update abusive_source a set asked_at = :now
from (
    select s.collectivity_id, s.id from abusive_source s
    where s.lifted_at is null and s.asked_at is null and s.review_at <= :now and s.until > :now
    order by s.review_at limit :most for update skip locked
) taken
where a.collectivity_id = taken.collectivity_id and a.id = taken.id
returning a.collectivity_id, a.id, a.kind, a.value, a.reference, a.until;

-- name: request(collectivity_id, reference)$
-- The request of this reference, where this collectivity still has it.
select t.id from ticket t where t.collectivity_id = :collectivity_id and t.reference = :reference and t.passed_to is null;

-- name: to_look_at(collectivity_id, kind, value, reference)$
-- The request on which whoever leads is asked about a source: an open one of it, that by which it was found first; else any of them.
select t.id from ticket t
where t.collectivity_id = :collectivity_id and t.passed_to is null
  and (t.reference = :reference
       or t.requester_id in (select i.person_id from identity i
                             where i.collectivity_id = :collectivity_id and i.kind = :kind and i.value = :value))
order by t.phase = 'open' desc, t.reference = :reference desc, t.id desc
limit 1;
