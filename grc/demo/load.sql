-- name: lock_demo()$
-- One process at a time makes the world; the lock ends with the transaction.
select pg_advisory_xact_lock(40192);

-- name: is_there(id)$
-- Whether the world was made before.
select exists (select from collectivity where id = :id);

-- name: insert_collectivities(rows)!
-- The agency, the communes and the EPCI.
insert into collectivity (id, kind, insee, siren, name, slug, active, email, phone, postal_address, accent)
select id, kind, insee, siren, name, slug, active, email, phone, postal_address, accent
from jsonb_populate_recordset(null::collectivity, :rows::jsonb);

-- name: insert_communes(rows)!
-- The territory.
insert into commune (insee, name, slug, postcodes, population, epci_siren, collectivity_id)
select insee, name, slug, postcodes, population, epci_siren, collectivity_id
from jsonb_populate_recordset(null::commune, :rows::jsonb);

-- name: insert_services(rows)
-- The services of the active collectivities; their numbers are given by the database.
insert into service (collectivity_id, slug, name, email, phone, is_default, position)
select collectivity_id, slug, name, email, phone, is_default, position
from jsonb_populate_recordset(null::service, :rows::jsonb)
returning collectivity_id, id, slug, name, email, phone;

-- name: insert_addresses(rows)!
-- Every address that reaches a collectivity.
insert into address (collectivity_id, address, service_id)
select collectivity_id, address, service_id from jsonb_populate_recordset(null::address, :rows::jsonb);

-- name: insert_rules(rows)!
-- The rules every commune begins with.
insert into rule (collectivity_id, position, name, conditions, outcome)
select collectivity_id, position, name, conditions, outcome from jsonb_populate_recordset(null::rule, :rows::jsonb);

-- name: insert_agents(rows)
-- The agents; their numbers are given by the database.
insert into agent (email, name, password_hash)
select email, name, password_hash from jsonb_populate_recordset(null::agent, :rows::jsonb)
returning id, email;

-- name: insert_memberships(rows)!
-- Who works where, in which role.
insert into membership (agent_id, collectivity_id, service_id, role)
select agent_id, collectivity_id, service_id, role from jsonb_populate_recordset(null::membership, :rows::jsonb);

-- name: take_numbers(sequence, count)$
-- So many numbers of a sequence, in order.
select array_agg(nextval(:sequence::text::regclass)) from generate_series(1, :count::int);

-- name: insert_persons(rows)!
-- The citizens.
insert into person (collectivity_id, id, name, created_at)
select collectivity_id, id, name, created_at from jsonb_populate_recordset(null::person, :rows::jsonb);

-- name: insert_identities(rows)!
-- The addresses they are known at.
insert into identity (collectivity_id, kind, value, person_id, verified_at)
select collectivity_id, kind, value, person_id, verified_at from jsonb_populate_recordset(null::identity, :rows::jsonb);

-- name: insert_received(rows)
-- The ledger: everything that arrived, with its bytes.
insert into received (collectivity_id, channel, account, source_id, digest, size, raw, meta, received_at, outcome, reason,
                      ticket_collectivity_id, ticket_id, decided_at, due, tries)
select collectivity_id, channel, account, source_id, digest, size, raw, meta, received_at, outcome, reason,
       ticket_collectivity_id, ticket_id, decided_at, due, tries
from jsonb_populate_recordset(null::received, :rows::jsonb)
returning id, source_id;

-- name: insert_tickets(rows)!
-- The tickets as they stand now.
insert into ticket (collectivity_id, id, reference, type, version, state, phase, service_id, assignee_id, priority, subject, excerpt,
                    requester_id, requester_name, on_behalf_of, channel, answer_channel, answer_addr, fields, unread, alarm, opened_at,
                    last_at, due_at, legal_due_at, closed_at, tracking_token)
select collectivity_id, id, reference, type, version, state, phase, service_id, assignee_id, priority, subject, excerpt,
       requester_id, requester_name, on_behalf_of, channel, answer_channel, answer_addr, fields, unread, alarm, opened_at,
       last_at, due_at, legal_due_at, closed_at, tracking_token
from jsonb_populate_recordset(null::ticket, :rows::jsonb);

-- name: insert_messages(rows)!
-- The conversations, with what search looks at.
insert into message (collectivity_id, id, ticket_id, direction, kind, channel, at, author_id, author_name, from_addr, to_addrs, cc_addrs,
                     subject, body_text, quoted_text, body_html, mail_id, mail_references, is_auto, defects, received_id, search)
select m.collectivity_id, m.id, m.ticket_id, m.direction, m.kind, m.channel, m.at, m.author_id, m.author_name, m.from_addr, m.to_addrs,
       m.cc_addrs, m.subject, m.body_text, m.quoted_text, m.body_html, m.mail_id, m.mail_references, m.is_auto, m.defects, m.received_id,
       search_document(m.collectivity_id, m.id, d.doc ->> 'folded')
from jsonb_array_elements(:rows::jsonb) d (doc), jsonb_populate_record(null::message, d.doc) m;

-- name: insert_blobs(rows)!
-- The files.
insert into blob (collectivity_id, digest, size, data)
select collectivity_id, digest, size, data from jsonb_populate_recordset(null::blob, :rows::jsonb);

-- name: insert_attachments(rows)!
-- Which message carries which file.
insert into attachment (collectivity_id, ticket_id, message_id, position, name, type, size, digest)
select collectivity_id, ticket_id, message_id, position, name, type, size, digest
from jsonb_populate_recordset(null::attachment, :rows::jsonb);

-- name: insert_events(rows)!
-- The timelines, numbered as time went.
insert into event (collectivity_id, ticket_id, at, who, agent_id, what, why, data)
select e.collectivity_id, e.ticket_id, e.at, e.who, e.agent_id, e.what, e.why, e.data
from jsonb_array_elements(:rows::jsonb) with ordinality as d (doc, rank), jsonb_populate_record(null::event, d.doc) e
order by d.rank;

-- name: insert_deadlines(rows)!
-- The deadlines, met and unmet.
insert into deadline (collectivity_id, ticket_id, kind, due_at, article, reasons, shown, reminds, met_at, fired_at)
select collectivity_id, ticket_id, kind, due_at, article, reasons, shown, reminds, met_at, fired_at
from jsonb_populate_recordset(null::deadline, :rows::jsonb);

-- name: insert_legal_events(rows)!
-- What counts in law, as time went.
insert into legal_event (collectivity_id, ticket_id, kind, at, days, indispensable, items, decision, way, why, who, agent_id, void, made_at)
select e.collectivity_id, e.ticket_id, e.kind, e.at, e.days, e.indispensable, e.items, e.decision, e.way, e.why, e.who, e.agent_id, e.void,
       e.made_at
from jsonb_array_elements(:rows::jsonb) with ordinality as d (doc, rank), jsonb_populate_record(null::legal_event, d.doc) e
order by d.rank;

-- name: insert_outgoing(rows)!
-- What left.
insert into outgoing (collectivity_id, id, ticket_id, message_id, channel, to_addr, automatic, state, due, tries, created_at, sent_at)
select collectivity_id, id, ticket_id, message_id, channel, to_addr, automatic, state, due, tries, created_at, sent_at
from jsonb_populate_recordset(null::outgoing, :rows::jsonb);

-- name: insert_attempts(rows)!
-- The evidence of each attempt.
insert into delivery_attempt (collectivity_id, outgoing_id, at, state, detail)
select collectivity_id, outgoing_id, at, state, detail from jsonb_populate_recordset(null::delivery_attempt, :rows::jsonb);
