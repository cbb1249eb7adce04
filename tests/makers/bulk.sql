-- name: texts(texts, folded)!
-- The texts that messages repeat, with their words for search, as temporary rows.
insert into bulk_text (rank, body, words)
select rank::int as rank, body, to_tsvector('french', folded) as words
from unnest(:texts::text[], :folded::text[]) with ordinality as t (body, folded, rank);

-- name: plan(collectivity_id, first, count, now, me)!
-- What each ticket is about to be: a fifth are open, a tenth of these mine, a third nobody's.
insert into bulk_plan
with here as (
    select array_agg(s.id order by s.position) as services from service s where s.collectivity_id = :collectivity_id
), texts as (
    select count(*)::int as n from bulk_text
), facts as (
    select g.n, :first::bigint + g.n - 1 as id, hashtextextended(g.n::text, 40) & 1048575 as dice,
           :now::timestamptz - interval '3 years' * ((:count::bigint - g.n)::float8 / :count::bigint) - interval '2 hours' as opened_at
    from generate_series(1, :count::bigint) g (n)
)
select f.n, f.id, f.opened_at, (f.dice % t.n + 1)::int as text,
       h.services[(f.dice % cardinality(h.services)) + 1] as service_id,
       f.dice % 5 = 0 as open,
       case when f.dice % 30 < 3 then :me::int when f.dice % 3 = 1 then null else :me::int + 1 end as assignee_id,
       1 + (f.n - 1) / 3 as person
from facts f, here h, texts t;

-- name: persons(collectivity_id, first)!
-- A person for three tickets.
insert into person (collectivity_id, id, name, created_at)
select :collectivity_id, :first::bigint + person, 'Habitant ' || person, min(opened_at) from bulk_plan group by person;

-- name: identities(collectivity_id, first)!
-- And the address of each.
insert into identity (collectivity_id, kind, value, person_id)
select :collectivity_id, 'email', 'habitant' || (:first::bigint + person) || '@courriel.example', :first::bigint + person
from bulk_plan group by person;

-- name: tickets(collectivity_id, persons)!
-- The tickets.
insert into ticket (collectivity_id, id, reference, type, version, state, phase, service_id, assignee_id, priority, subject, excerpt,
                    requester_id, requester_name, channel, answer_channel, answer_addr, unread, opened_at, last_at, due_at, closed_at,
                    tracking_token, legal_due_at)
select :collectivity_id, p.id, r.reference, 'general', 1, case when p.open then 'in_progress' else 'closed' end,
       case when p.open then 'open' else 'closed' end, p.service_id, case when p.assignee_id in (select id from agent) then p.assignee_id end,
       2, left(t.body, 60), left(t.body, 140), :persons::bigint + p.person, 'Habitant ' || p.person, 'email', 'email',
       'habitant' || (:persons::bigint + p.person) || '@courriel.example', p.n % 7 = 0 and p.open, p.opened_at, p.opened_at + interval '1 hour',
       p.opened_at + interval '60 days', case when not p.open then p.opened_at + interval '1 hour' end, 'bulk-' || p.id,
       case when p.open then p.opened_at + interval '59 days' end
from bulk_plan p join bulk_number r on r.n = p.n join bulk_text t on t.rank = p.text;

-- name: messages(collectivity_id, persons, first)!
-- Three messages each: the request, the acknowledgement, the answer.
insert into message (collectivity_id, id, ticket_id, direction, kind, channel, at, author_name, from_addr, subject, body_text, mail_id, search)
select :collectivity_id::int, :first::bigint + 3 * (p.n - 1) + m.rank, p.id, m.direction, m.kind, 'email', p.opened_at + m.rank * interval '20 minutes',
       case when m.direction = 'in' then 'Habitant ' || p.person else 'Mairie' end,
       case when m.direction = 'in' then 'habitant' || (:persons::bigint + p.person) || '@courriel.example' else '' end,
       left(t.body, 60), t.body, 'bulk.' || p.id || '.' || m.rank || '@courriel.example',
       case when m.kind = 'message' then t.words || array_to_tsvector(array['c:' || :collectivity_id::int, 'b' || p.id]) end
from bulk_plan p
cross join (values (0, 'in', 'message'), (1, 'out', 'ack'), (2, 'out', 'message')) as m (rank, direction, kind)
join bulk_text t on t.rank = p.text
order by p.n, m.rank;

-- name: events(collectivity_id)!
-- Six lines of the timeline each.
insert into event (collectivity_id, ticket_id, at, who, what, why)
select :collectivity_id::int, p.id, p.opened_at + e.rank * interval '10 minutes', e.who, e.what, e.why
from bulk_plan p
cross join (values
    (0, 'Habitant', 'opened', 'Reçu par courriel à mairie@40192.example.'),
    (1, 'Mont-de-Marsan', 'routed', 'Le message est arrivé à l’adresse mairie@40192.example. Aucune règle ne s’applique : service par défaut.'),
    (2, 'Mont-de-Marsan', 'ack_sent', 'L’accusé de réception est parti.'),
    (3, 'Basile Courlis', 'assigned', ''),
    (4, 'Aurore Lapinède', 'replied', ''),
    (5, 'Aurore Lapinède', 'state', 'Une première réponse a été envoyée.')) as e (rank, who, what, why)
order by p.n, e.rank;

-- name: deadlines(collectivity_id)!
-- The decision to notify and the one silence makes: acted upon; of a closed ticket one, met.
insert into deadline (collectivity_id, ticket_id, kind, due_at, article, reasons, met_at, fired_at)
select :collectivity_id::int, p.id, d.kind, p.opened_at + d.days * interval '1 day', 'L231-4', array['Silence gardé deux mois : rejet.'],
       case when not p.open then p.opened_at + interval '1 hour' end,
       case when p.open then p.opened_at + d.days * interval '1 day' end
from bulk_plan p cross join (values ('notify', 59), ('implicit_decision', 60)) as d (kind, days)
where p.open or d.kind = 'implicit_decision';

-- name: facts(collectivity_id)!
-- What counts in law: received, acknowledged, and where it is closed decided.
insert into legal_event (collectivity_id, ticket_id, kind, at, who, decision, made_at)
select :collectivity_id::int, p.id, f.kind, p.opened_at + f.minutes * interval '1 minute', 'Habitant',
       case f.kind when 'notified' then 'rejection' end, p.opened_at + f.minutes * interval '1 minute'
from bulk_plan p cross join (values ('received', 0), ('acknowledged', 20), ('notified', 60)) as f (kind, minutes)
where f.kind <> 'notified' or not p.open
order by p.n, f.minutes;

-- name: outgoing(collectivity_id, persons, messages, first)!
-- A delivery each: the answer.
insert into outgoing (collectivity_id, id, ticket_id, message_id, channel, to_addr, automatic, state, due, tries, created_at, sent_at)
select :collectivity_id::int, :first::bigint + p.n - 1, p.id, :messages::bigint + 3 * (p.n - 1) + 2, 'email',
       'habitant' || (:persons::bigint + p.person) || '@courriel.example', false, 'sent', p.opened_at, 1, p.opened_at, p.opened_at
from bulk_plan p;

-- name: attempts(collectivity_id, first)!
-- And its evidence.
insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
select :collectivity_id::int, :first::bigint + p.n - 1, p.opened_at, 'sent', '250 2.0.0 Ok: queued' from bulk_plan p;
