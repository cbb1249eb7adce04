-- name: current(collectivity_id, name)^
-- What a collectivity says of its own on a type at this moment.
select s.id, s.patch, s.seen, s.seen_version, s.made_at, (select a.name from agent a where a.id = s.made_by) as made_by
from type_setting s where s.collectivity_id = :collectivity_id::int and s.name = :name::text and s.current;

-- name: all_current(collectivity_id)
-- What a collectivity says of its own on all types, at this moment.
select s.name, s.id, s.patch, s.seen, s.seen_version, s.made_at, null as made_by
from type_setting s where s.collectivity_id = :collectivity_id::int and s.current;

-- name: hold(collectivity_id, name)
-- Holds the settings of a type until the transaction ends: two people who save at once do it one after the other.
select pg_advisory_xact_lock(hashtextextended('type_setting:' || :collectivity_id::int || ':' || :name::text, 0));

-- name: end_current(collectivity_id, name)!
-- The settings there were serve the requests that run on them, and no new one.
update type_setting set current = false where collectivity_id = :collectivity_id::int and name = :name::text and current;

-- name: add(collectivity_id, name, patch, seen, seen_version, now, by)!
-- New settings, in force from now on.
insert into type_setting (collectivity_id, name, patch, seen, seen_version, made_at, made_by)
values (:collectivity_id::int, :name::text, :patch::jsonb, :seen::jsonb, :seen_version::int, :now::timestamptz, :by::int);
