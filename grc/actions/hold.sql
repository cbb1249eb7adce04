-- name: hold(collectivity_id, ticket_id, agent_id, kind, to_addr, body_text, closes, files, way, now, due)!
-- Holds what an agent sends until `due`.
insert into held_answer (collectivity_id, ticket_id, agent_id, kind, to_addr, body_text, closes, files, way, made_at, due)
values (:collectivity_id, :ticket_id, :agent_id, :kind, :to_addr, :body_text, :closes, :files, :way, :now, :due);

-- name: undo(collectivity_id, ticket_id, agent_id, id)$
-- Makes what waits its author's draft again; no row where it has left, or is another's.
update held_answer set state = 'undone'
where collectivity_id = :collectivity_id and ticket_id = :ticket_id and agent_id = :agent_id and id = :id and state = 'waiting'
returning id;

-- name: discard(collectivity_id, ticket_id, agent_id)!
-- Forgets an agent's drafts of a ticket; what still waits to leave is none.
delete from held_answer
where collectivity_id = :collectivity_id and ticket_id = :ticket_id and agent_id = :agent_id and state <> 'waiting';

-- name: held(collectivity_id, ticket_id)
-- What is held on a ticket, and the drafts that came of it, with their authors.
select h.id, h.agent_id, a.name, h.kind, h.to_addr, h.body_text, h.closes, h.files, h.way, h.state, h.why, h.due
from held_answer h join agent a on a.id = h.agent_id
where h.collectivity_id = :collectivity_id and h.ticket_id = :ticket_id
order by h.id;

-- name: due(now)
-- What has waited its time, the longest waiting first.
select collectivity_id, id from held_answer where state = 'waiting' and due <= :now order by due limit 100;

-- name: take(collectivity_id, id)^
-- One that waits, held for whoever sends it, with its author and the roles he has now; no row where it no longer waits.
select h.ticket_id, h.agent_id, h.kind, h.to_addr, h.body_text, h.closes, h.files, h.way, a.email, a.name, a.active,
       (select coalesce(jsonb_agg(jsonb_build_object(
            'collectivity', m.collectivity_id, 'service', m.service_id, 'role', m.role)), '[]')
        from membership m where m.agent_id = h.agent_id) as memberships
from held_answer h join agent a on a.id = h.agent_id
where h.collectivity_id = :collectivity_id and h.id = :id and h.state = 'waiting'
for update of h skip locked;

-- name: left(collectivity_id, id)!
-- It is a message now.
delete from held_answer where collectivity_id = :collectivity_id and id = :id;

-- name: fail(collectivity_id, id, why)!
-- It could not leave: its author's draft again, with the reason.
update held_answer set state = 'failed', why = :why where collectivity_id = :collectivity_id and id = :id and state = 'waiting';
