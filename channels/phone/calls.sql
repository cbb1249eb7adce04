-- name: line(collectivity_id, name)^
-- A telephone line in use, with the services of its collectivity by their short names.
select a.collectivity_id, a.id, a.name, a.settings,
       (select coalesce(jsonb_object_agg(s.slug, s.id), '{}') from service s where s.collectivity_id = a.collectivity_id) as services
from account a where a.collectivity_id = :collectivity_id and a.channel = 'phone' and a.name = :name and a.active;

-- name: lines()
-- All telephone lines in use.
select a.collectivity_id, a.id, a.name, a.settings,
       (select coalesce(jsonb_object_agg(s.slug, s.id), '{}') from service s where s.collectivity_id = a.collectivity_id) as services
from account a where a.channel = 'phone' and a.active order by a.id;

-- name: waiting(collectivity_id, account, conversation)
-- What else has arrived of a call and is not yet looked at.
select r.id, r.source_id, r.raw, r.meta, r.received_at from received r
where r.collectivity_id = :collectivity_id and r.channel = 'phone' and r.account = :account and r.conversation = :conversation
  and r.outcome = 'pending' and r.raw is not null
order by r.id limit 50;

-- name: known(collectivity_id, account_id, call_ids)
-- What is known of these calls, by the names their switchboard or its records give them; held until the end. Each look-up asks for an
-- order that one index alone has: a plan made while the table was empty would else be as content with any index of the collectivity, and
-- read all of its calls once there are many.
select c.* from (
    select distinct k.id from unnest(:call_ids::text[]) as n (name)
    cross join lateral (
        (select o.id from call o where o.collectivity_id = :collectivity_id and o.account_id = :account_id
           and o.call_id between n.name and n.name order by o.call_id limit 1)
        union all
        (select r.id from call r where r.collectivity_id = :collectivity_id and r.account_id = :account_id
           and r.record_id between n.name and n.name order by r.record_id limit 1)
    ) k order by k.id
) k
cross join lateral (
    select c.id, c.call_id, c.record_id, c.heard, c.agent_id, c.outcome, c.ticket_id from call c
    where c.collectivity_id = :collectivity_id and c.id between k.id and k.id order by c.id limit 1 for update
) c;

-- name: unrecorded(collectivity_id, account_id, since, until)
-- The calls of a line that were told as they happened and of which no record is known, held until the end.
select c.id, c.call_id, c.record_id, c.heard, c.agent_id, c.outcome, c.ticket_id, c.direction, c.other, c.rang_at from call c
where c.collectivity_id = :collectivity_id and c.account_id = :account_id and not c.recorded
  and c.rang_at between :since::timestamptz and :until::timestamptz
order by c.rang_at, c.id for update;

-- name: agents(collectivity_id, lines)
-- Whose these lines are: an extension, a name or an address that an agent has said to be his.
select distinct on (l.line) l.line, a.id from unnest(:lines::text[]) as l (line)
join agent a on a.active and a.preferences -> 'lines' ? l.line
join membership m on m.agent_id = a.id and m.collectivity_id = :collectivity_id
order by l.line, a.id;

-- name: write(rows)
-- Writes calls as they stand now, all at once; their numbers.
insert into call as c (collectivity_id, account_id, call_id, record_id, heard, direction, other, own, queue, outcome, rang_at, answered_at,
                       ended_at, waited, talked, line, recorded, agent_id, service_id)
select r.* from jsonb_to_recordset(:rows::jsonb) as r (
    collectivity_id int, account_id int, call_id text, record_id text, heard jsonb, direction text, other text, own text, queue text,
    outcome text, rang_at timestamptz, answered_at timestamptz, ended_at timestamptz, waited int, talked int, line text, recorded boolean,
    agent_id int, service_id int)
on conflict (collectivity_id, account_id, call_id) do update set
    record_id = excluded.record_id, heard = excluded.heard, direction = excluded.direction, other = excluded.other, own = excluded.own,
    queue = excluded.queue, outcome = excluded.outcome, rang_at = excluded.rang_at, answered_at = excluded.answered_at,
    ended_at = excluded.ended_at, waited = excluded.waited, talked = excluded.talked, line = excluded.line, recorded = excluded.recorded,
    agent_id = coalesce(excluded.agent_id, c.agent_id), service_id = excluded.service_id
returning c.id, c.call_id;

-- name: note_piece(collectivity_id, received_id, format, lines, calls, new, call_backs, rejected)!
-- What a piece of a file brought.
insert into call_piece (collectivity_id, received_id, format, lines, calls, new, call_backs, rejected)
values (:collectivity_id, :received_id, :format, :lines, :calls, :new, :call_backs, :rejected);

-- name: piece(collectivity_id, received_id)^
-- The same, read again.
select format, lines, calls, new, call_backs, rejected from call_piece where collectivity_id = :collectivity_id and received_id = :received_id;

-- name: followed(collectivity_id, account_id)^
-- How far a file was read.
select beginning, read_bytes, read_lines from call_follow where collectivity_id = :collectivity_id and account_id = :account_id;

-- name: follow(collectivity_id, account_id, beginning, read_bytes, read_lines)!
-- Writes down how far a file was read.
insert into call_follow (collectivity_id, account_id, beginning, read_bytes, read_lines)
values (:collectivity_id, :account_id, :beginning, :read_bytes, :read_lines)
on conflict (collectivity_id, account_id) do update
set beginning = excluded.beginning, read_bytes = excluded.read_bytes, read_lines = excluded.read_lines;

-- name: last(collectivity_id, account_id)$
-- When a line rang last.
select c.rang_at from call c where c.collectivity_id = :collectivity_id and c.account_id = :account_id order by c.rang_at desc limit 1;

-- name: by_call_id(collectivity_id, account_id, call_id)$
-- The number of the call that a switchboard names so.
select c.id from call c where c.collectivity_id = :collectivity_id and c.account_id = :account_id and (c.call_id = :call_id or c.record_id = :call_id)
limit 1;

-- name: keep_recording(collectivity_id, call_id, type, data, now, purge_at)!
-- Keeps what was recorded of a call; another of the same call takes its place.
insert into recording (collectivity_id, call_id, type, data, kept_at, purge_at)
values (:collectivity_id, :call_id, :type, :data, :now, :purge_at)
on conflict (collectivity_id, call_id) do update set type = excluded.type, data = excluded.data, purge_at = excluded.purge_at;

-- name: purge_recordings(now)$
-- Forgets recordings whose time is over; how many.
with gone as (delete from recording r where r.purge_at <= :now::timestamptz returning 1) select count(*)::int from gone;

-- name: recording(collectivity_id, call_id)^
-- What was recorded of a call, without its bytes.
select r.type, length(r.data) as size from recording r where r.collectivity_id = :collectivity_id and r.call_id = :call_id;

-- name: recording_part(collectivity_id, call_id, start, size)$
-- Some bytes of a recording, from a place counted from 0.
select substring(r.data from :start::int + 1 for :size::int) from recording r
where r.collectivity_id = :collectivity_id and r.call_id = :call_id;

-- name: line_of_voicemail(collectivity_id, sender)^
-- The line whose switchboard sends voice messages from this mail address.
select a.collectivity_id, a.id, a.name, a.settings,
       (select coalesce(jsonb_object_agg(s.slug, s.id), '{}') from service s where s.collectivity_id = a.collectivity_id) as services
from account a
where a.collectivity_id = :collectivity_id and a.channel = 'phone' and a.active and lower(a.settings ->> 'voicemail') = :sender
order by a.id limit 1;

-- name: left_by(collectivity_id, number, since, until)$
-- The open request to call back of a call that nobody took and that rang then.
select t.id from call c join ticket t on t.collectivity_id = c.collectivity_id and t.id = c.ticket_id
where c.collectivity_id = :collectivity_id and c.other = :number and c.direction = 'in' and c.outcome = 'missed'
  and c.rang_at between :since::timestamptz and :until::timestamptz and t.phase = 'open' and t.type = 'call_back' and t.passed_to is null
order by c.rang_at desc, c.id desc limit 1;

-- name: rang(collectivity_id, number, since, until)$
-- Whether a call of this number rang then.
select exists (select from call c where c.collectivity_id = :collectivity_id and c.other = :number
               and c.rang_at between :since::timestamptz and :until::timestamptz);
