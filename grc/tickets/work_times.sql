-- name: of_ticket(collectivity_id, ticket_id)
-- The time spent on a ticket, the latest first.
select w.id, w.agent_id, a.name as agent, w.day, w.minutes, w.kind, w.km, w.note, w.made_at
from work_time w left join agent a on a.id = w.agent_id
where w.collectivity_id = :collectivity_id and w.ticket_id = :ticket_id
order by w.id desc limit 200;

-- name: total(collectivity_id, ticket_id)^
-- All the time spent on a ticket, and the way driven.
select coalesce(sum(w.minutes), 0)::int as minutes, coalesce(sum(w.km), 0)::int as km
from work_time w where w.collectivity_id = :collectivity_id and w.ticket_id = :ticket_id;

-- name: add(collectivity_id, ticket_id, agent_id, day, minutes, kind, km, note, now)!
-- Keeps time that was spent.
insert into work_time (collectivity_id, ticket_id, agent_id, day, minutes, kind, km, note, made_at)
values (:collectivity_id, :ticket_id, :agent_id, :day, :minutes, :kind, :km, :note, :now);

-- name: own(collectivity_id, ticket_id, id, agent_id)^
-- A line of somebody's own.
select w.minutes, w.km, w.made_at from work_time w
where w.collectivity_id = :collectivity_id and w.ticket_id = :ticket_id and w.id = :id and w.agent_id = :agent_id;

-- name: remove(collectivity_id, id)!
-- Takes a line away.
delete from work_time where collectivity_id = :collectivity_id and id = :id;
