-- name: asker(collectivity_id, now)$
-- Whoever asked all of it.
insert into person (collectivity_id, name, created_at) values (:collectivity_id, 'Jeanne Duport', :now) returning id;

-- name: tickets(collectivity_id, person, service, ids, references, now)!
-- Open requests without a word, acknowledged by nobody.
insert into ticket (collectivity_id, id, reference, type, version, state, phase, service_id, subject, requester_id, requester_name, channel,
                    answer_channel, answer_addr, unread, opened_at, last_at)
select :collectivity_id, made.id, made.reference, 'general', 1, 'received', 'open', :service, 'Lampadaire éteint', :person, 'Jeanne Duport',
       'form', 'email', 'jeanne@habitants.example', true, :now, :now
from unnest(:ids::bigint[], :references::text[]) as made (id, reference);

-- name: deadlines(collectivity_id, ids, kind, due_at)!
-- A deadline each, a millisecond apart.
insert into deadline (collectivity_id, ticket_id, kind, due_at, article)
select :collectivity_id, made.id, :kind, :due_at::timestamptz + made.rank * interval '1 millisecond', 'R112-11-2'
from unnest(:ids::bigint[]) with ordinality as made (id, rank);

-- name: numbers(count)
-- Numbers of tickets that nobody else will get.
select nextval('ticket_number') as id from generate_series(1, :count::int);
