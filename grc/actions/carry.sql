-- A request is carried from one body to another. Each statement names the body whose rows it changes; the worker alone runs them.

-- name: standing(collectivity_id, ticket_id, now)^
-- What keeps a request where it is: it is a duplicate, somebody is expected; and what of it is copied when it goes.
select t.merged_into, t.excerpt, t.passed_at,
       (select min(p.starts_at) from appointment p where p.collectivity_id = t.collectivity_id and p.ticket_id = t.id
        and p.state = 'planned' and p.starts_at > :now::timestamptz) as appointment,
       exists (select from errand e where e.collectivity_id = t.collectivity_id and e.ticket_id = t.id
               and e.kind in ('pass_on', 'pass_back') and e.done_at is null) as leaving,
       exists (select from held_answer h where h.collectivity_id = t.collectivity_id and h.ticket_id = t.id and h.state = 'waiting') as answering
from ticket t where t.collectivity_id = :collectivity_id and t.id = :ticket_id;

-- name: give_up_errands(collectivity_id, ticket_id, now, why)
-- What was still to be done for a request that goes is given up; the other ends of its links are told all the same.
update errand set done_at = :now, failed = :why
where collectivity_id = :collectivity_id and ticket_id = :ticket_id and done_at is null and kind <> 'unlinked'
returning kind;

-- name: untie_all(collectivity_id, ticket_id, now)
-- Ends the links of a request that goes: those whom it was linked with are not its new body's.
update link set ended_at = :now where collectivity_id = :collectivity_id and ticket_id = :ticket_id and ended_at is null
returning other_collectivity_id, other_ticket_id, other_reference;

-- name: identities(collectivity_id, ticket_id, person, answer_addr)
-- The addresses of whoever asked that this request itself shows, and no other of his.
select i.kind, i.value from identity i
where i.collectivity_id = :collectivity_id and i.person_id = :person
  and (case i.kind when 'email' then i.value else i.kind || ':' || i.value end = :answer_addr or exists (
      select from message m where m.collectivity_id = i.collectivity_id and m.ticket_id = :ticket_id and m.direction = 'in'
      and lower(m.from_addr) = case i.kind when 'email' then i.value else i.kind || ':' || i.value end))
order by i.kind, i.value;

-- name: known(collectivity_id, kinds, addresses)$
-- The person whom a body knows already at one of these addresses.
select i.person_id from identity i
join unnest(:kinds::text[], :addresses::text[]) as shown (kind, value) on shown.kind = i.kind and shown.value = i.value
where i.collectivity_id = :collectivity_id
order by i.person_id limit 1;

-- name: meet(collectivity_id, id, name, now, kinds, addresses)!
-- A body meets whoever asked.
with met as (
    insert into person (collectivity_id, id, name, created_at) values (:collectivity_id::int, :id::bigint, :name::text, :now::timestamptz)
)
insert into identity (collectivity_id, kind, value, person_id)
select :collectivity_id::int, shown.kind, shown.value, :id::bigint from unnest(:kinds::text[], :addresses::text[]) as shown (kind, value)
on conflict do nothing;

-- name: forget_addresses(collectivity_id, person)!
-- A body that has no other request of a person, nor of whoever is one with him, no longer knows at which addresses he is reached.
delete from identity i where i.collectivity_id = :collectivity_id and i.person_id = :person
and not exists (select from same_person(:collectivity_id, :person) m
                join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id);

-- name: forget_person(collectivity_id, person)!
-- Nor does it know who he is, or was.
with forgotten as (
    select :person::bigint as id
    where not exists (select from same_person(:collectivity_id, :person) m
                      join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id)
), past as (
    delete from person_event e using forgotten f where e.collectivity_id = :collectivity_id and e.person_id = f.id
)
delete from person p using forgotten f where p.collectivity_id = :collectivity_id and p.id = f.id;

-- name: seal(collectivity_id, ticket_id, passed_to, now)!
-- Of a request that goes the body keeps its subject and its dates; who asked and what he said go with it.
update ticket
set passed_to = :passed_to, passed_at = :now, closed_at = :now, last_at = :now, phase = 'closed', tracking_token = null, requester_id = null,
    requester_name = '', answer_channel = '', answer_account = '', answer_addr = '', third_addr = '', fields = '{}', excerpt = '', unread = false, alarm = null,
    alarm_text = null, due_at = null, legal_due_at = null, rating = null, rating_text = ''
where collectivity_id = :collectivity_id and id = :ticket_id;

-- name: unseal(collectivity_id, ticket_id, requester_id)!
-- A request comes back to a body that had it, to whoever had it in hand there, where he still serves.
update ticket t
set passed_to = null, passed_at = null, phase = 'open', closed_at = null, requester_id = :requester_id,
    assignee_id = (select a.id from agent a
                   where a.id = t.assignee_id and a.active
                     and exists (select from membership m where m.agent_id = a.id and m.collectivity_id = t.collectivity_id
                                 and coalesce(m.service_id, t.service_id) = t.service_id))
where t.collectivity_id = :collectivity_id and t.id = :ticket_id;

-- name: share_files(from_id, to_id, ticket_id)!
-- The files of what goes are the new body's as well; large ones lie in a store that all share.
insert into blob (collectivity_id, digest, size, data)
select :to_id::int, b.digest, b.size, b.data
from (select distinct a.digest
      from message m join attachment a on a.collectivity_id = m.collectivity_id and a.message_id = m.id
      where m.collectivity_id = :from_id::int and m.ticket_id = :ticket_id and m.direction <> 'note' and m.audience = 'public') moved
join blob b on b.collectivity_id = :from_id::int and b.digest = moved.digest
on conflict do nothing;

-- name: keep_mail_ids(from_id, ticket_id)!
-- A mail to the old body that answers one of these finds the request still.
insert into passed_mail (collectivity_id, mail_id, ticket_id)
select m.collectivity_id, m.mail_id, m.ticket_id from message m
where m.collectivity_id = :from_id and m.ticket_id = :ticket_id and m.direction <> 'note' and m.audience = 'public' and m.mail_id is not null
on conflict do nothing;

-- name: move_arrivals(from_id, to_id, ticket_id)!
-- What arrived leads to where the request is: the ledger of the old body no longer opens it.
update received set ticket_collectivity_id = :to_id where ticket_collectivity_id = :from_id and ticket_id = :ticket_id;

-- name: move_messages(from_id, from_service, to_id, ticket_id)!
-- What was said goes, with its files, its deliveries and their evidence; what the old body wrote stays written by it.
update message
set collectivity_id = :to_id::int,
    written_for = case when direction = 'out' then coalesce(written_for, :from_id::int) end,
    written_for_service = case when direction = 'out' then coalesce(written_for_service, :from_service::int) end,
    search = ts_delete(search, 'c:' || :from_id::int) || array_to_tsvector(array['c:' || :to_id::int])
where collectivity_id = :from_id::int and ticket_id = :ticket_id and direction <> 'note' and audience = 'public';

-- name: copy_facts(from_id, to_id, ticket_id)!
-- What counts in law goes on counting: the same facts under the same numbers, so that one that comes back is not told twice.
insert into legal_event (collectivity_id, id, ticket_id, kind, at, days, indispensable, items, decision, way, why, who, agent_id, supersedes,
                         void, made_at)
select :to_id::int, l.id, l.ticket_id, l.kind, l.at, l.days, l.indispensable, l.items, l.decision, l.way, l.why, l.who, l.agent_id,
       l.supersedes, l.void, l.made_at
from legal_event l where l.collectivity_id = :from_id::int and l.ticket_id = :ticket_id
on conflict (collectivity_id, id) do nothing;

-- name: bring_up(collectivity_id, ticket_id, now)!
-- It stands first in the inbox of whoever has it now.
update ticket set last_at = :now where collectivity_id = :collectivity_id and id = :ticket_id;

-- name: conversation(collectivity_id, ticket_id, most)
-- What was said between whoever asked and us, in order, for a body outside that is to deal with it; no notice of ours.
select m.author_name, m.at, m.body_text from message m
where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id and m.audience = 'public' and m.kind = 'message' and m.direction <> 'note'
order by m.id limit :most;

-- name: files(collectivity_id, ticket_id)
-- The files of that conversation, with what the antivirus said of each.
select a.name, a.type, a.size, a.digest, a.scan from message m
join attachment a on a.collectivity_id = m.collectivity_id and a.message_id = m.id
where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id and m.audience = 'public' and m.kind = 'message' and m.direction <> 'note'
  and not a.inline
order by m.id, a.position limit 200;
