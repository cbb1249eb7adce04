-- name: alert(collectivities, tickets, whats, kinds, dues, now)!
-- Notes what must be heard of, a row for each person: the agent in charge, or else whoever leads the service; always the latter, where it is
-- above the agent or silence has decided.
insert into alert (collectivity_id, agent_id, ticket_id, what, kind, due_at, made_at)
select t.collectivity_id, hears.agent_id, t.id, told.what, told.kind, told.due_at, :now
from unnest(:collectivities::int[], :tickets::bigint[], :whats::text[], :kinds::text[], :dues::timestamptz[])
    as told (collectivity_id, ticket_id, what, kind, due_at)
join ticket t on t.collectivity_id = told.collectivity_id and t.id = told.ticket_id
cross join lateral (
    select a.id as agent_id from agent a where a.id = t.assignee_id and a.active and told.what <> 'above'
    union
    select h.agent_id from heads_of(t.collectivity_id, t.service_id) h
    where told.what in ('above', 'implicit_decision') or t.assignee_id is null
) hears;

-- name: waiting(day)
-- Who has something to hear of, and no mail of this day yet.
select w.collectivity_id, w.agent_id, c.region
from (select distinct a.collectivity_id, a.agent_id from alert a where a.told_at is null) w
join collectivity c on c.id = w.collectivity_id
where not exists (select from digest d where d.collectivity_id = w.collectivity_id and d.agent_id = w.agent_id and d.day = :day);

-- name: taken(collectivity_id, agent_id, now)$
-- Marks all that a person has to hear of as told, in the transaction that writes his mail; how much it was.
with told as (
    update alert set told_at = :now where collectivity_id = :collectivity_id and agent_id = :agent_id and told_at is null returning id
)
select count(*) from told;

-- name: reader(collectivity_id, agent_id)^
-- Whom it is for, where he is still an agent and wants it, and who writes to him.
select a.email, a.name, c.kind as collectivity_kind, c.name as collectivity_name
from agent a join collectivity c on c.id = :collectivity_id
where a.id = :agent_id and a.active and a.preferences -> 'digest' is distinct from 'false'::jsonb and c.email is not null;

-- name: lines(collectivity_id, agent_id, now, most)
-- What of it still holds and is still his to see: of each kind how much, and the first due of it.
select * from (
    select a.what, a.kind, a.due_at, t.reference, t.type, t.version, t.variant, s.name as service,
           count(*) over (partition by a.what) as of_kind, row_number() over (partition by a.what order by a.due_at, t.id) as place
    from (select distinct ticket_id, what, kind, due_at from alert
          where collectivity_id = :collectivity_id and agent_id = :agent_id and told_at = :now) a
    join ticket t on t.collectivity_id = :collectivity_id and t.id = a.ticket_id
    join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
    where exists (select from deadline d where d.collectivity_id = t.collectivity_id and d.ticket_id = t.id and d.kind = a.kind
                  and d.reminds is null and d.met_at is null)
      and exists (select from membership m where m.agent_id = :agent_id and m.collectivity_id = t.collectivity_id
                  and coalesce(m.service_id, t.service_id) = t.service_id)
) told where told.place <= :most
order by told.what, told.place;

-- name: write(collectivity_id, agent_id, day, subject, body_text, to_addr, now)!
-- Keeps the mail of the day, and lets it leave by the outbox.
with written as (
    insert into digest (collectivity_id, agent_id, day, subject, body_text, made_at)
    values (:collectivity_id, :agent_id, :day, :subject, :body_text, :now)
    returning collectivity_id, id
)
insert into outgoing (collectivity_id, digest_id, channel, to_addr, automatic, state, due, created_at)
select w.collectivity_id, w.id, 'email', :to_addr, true, 'created', :now, :now from written w;
