-- name: enter(digest, now)^
-- Opens the transaction of a signed-in agent and says who he is; no row where there is no such session.
select agent_id, email, name, csrf, preferences, memberships, collectivities, services from enter(:digest, :now);

-- name: agent_by_email(email)^
-- The agent who signs in with this address, with the hash of his password.
select id, password_hash, active from agent where email = :email;

-- name: failures(keys, since)
-- How often each key failed since then.
select key, count(*) as n from signin_failure where key = any(:keys::text[]) and at > :since group by key;

-- name: record_failures(keys, now)!
-- Remembers one failed sign-in under each of its keys.
insert into signin_failure (key, at) select k, :now from unnest(:keys::text[]) as k;

-- name: forget_failures(before)!
-- Forgets failures that no brake looks at any more.
delete from signin_failure where at < :before;

-- name: begin_session(digest, agent_id, csrf, now, expires_at, client)!
-- Writes a new session; of the cookie only the digest.
insert into session (digest, agent_id, csrf, created_at, seen_at, expires_at, client)
values (:digest, :agent_id, :csrf, :now, :now, :expires_at, :client);

-- name: rehash(agent_id, password_hash)!
-- Keeps a password under today's parameters.
update agent set password_hash = :password_hash where id = :agent_id;

-- name: end_session(digest, now)!
-- Signs out: the cookie is worth nothing from now on.
update session set revoked_at = :now where digest = :digest and revoked_at is null;

-- name: end_session_of(agent_id, fingerprint, now)$
-- Signs out one of his sessions, named by the first half of its digest; gives the digest.
update session set revoked_at = :now
where agent_id = :agent_id and encode(digest, 'hex') like :fingerprint || '%' and revoked_at is null
returning digest;

-- name: sessions_of(agent_id, now)
-- The sessions an agent has open, the last used first.
select digest, created_at, seen_at, client from session
where agent_id = :agent_id and revoked_at is null and expires_at > :now
order by seen_at desc limit 50;

-- name: still_open(digests, now)
-- Which of these sessions still stand.
select s.digest from session s join agent a on a.id = s.agent_id
where s.digest = any(:digests::bytea[]) and s.revoked_at is null and s.expires_at > :now and a.active;

-- name: prefer(agent_id, preferences)!
-- Keeps what an agent likes.
update agent set preferences = preferences || :preferences::jsonb where id = :agent_id;

-- name: whose_line(lines, agent_id)$
-- The name of a colleague, of the same collectivities, who has one of these telephone lines.
select a.name from membership mine
join membership m on m.collectivity_id = mine.collectivity_id and m.agent_id <> mine.agent_id
join agent a on a.id = m.agent_id and a.active
where mine.agent_id = :agent_id and a.preferences -> 'lines' ?| :lines::text[]
order by a.name limit 1;

-- name: ticket_places(collectivities, tickets)
-- In which service each of these tickets is, so that news of it reaches those who may see it.
select t.collectivity_id, t.id, t.service_id, t.reference
from unnest(:collectivities::int[], :tickets::bigint[]) as n (collectivity_id, id)
join ticket t on t.collectivity_id = n.collectivity_id and t.id = n.id;
