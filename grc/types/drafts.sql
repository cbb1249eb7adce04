-- name: written(collectivities)
-- Every version and draft that these collectivities have written, the newest first.
select r.collectivity_id, r.name, r.version, r.state, r.written_at, r.published_at, r.document,
       (select a.name from agent a where a.id = r.written_by) as written_by
from request_type r where r.collectivity_id = any(:collectivities::int[]) order by r.name, r.version desc;

-- name: versions(name)
-- The published versions of a type, whoever wrote them, the newest first. Who wrote them is said to his colleagues.
select r.collectivity_id, r.name, r.version, r.state, r.written_at, r.published_at, r.document,
       (select a.name from agent a where a.id = r.written_by) as written_by
from request_type r where r.name = :name::text and r.version > 0 order by r.version desc;

-- name: draft(collectivity_id, name)^
-- The draft of a type as it stands.
select r.document, r.before, r.written_at, (select a.name from agent a where a.id = r.written_by) as written_by
from request_type r where r.collectivity_id = :collectivity_id::int and r.name = :name::text and r.version = 0;

-- name: hold_draft(collectivity_id, name)^
-- The draft of a type, held until the transaction ends: changes of two people are made one after the other.
select r.document, r.before, r.written_at, null as written_by
from request_type r where r.collectivity_id = :collectivity_id::int and r.name = :name::text and r.version = 0 for update;

-- name: begin_draft(collectivity_id, name, document, now, by)!
-- A draft where there is none; two people who begin at once begin the same one.
insert into request_type (collectivity_id, name, version, document, state, written_at, written_by)
values (:collectivity_id::int, :name::text, 0, :document::text, 'draft', :now::timestamptz, :by::int) on conflict do nothing;

-- name: save_draft(collectivity_id, name, document, now, by)!
-- Keeps the draft as it was changed, and as it was before that.
update request_type set before = document, document = :document::text, written_at = :now::timestamptz, written_by = :by::int
where collectivity_id = :collectivity_id::int and name = :name::text and version = 0;

-- name: drop_draft(collectivity_id, name)!
-- A draft that is given up, or that was published.
delete from request_type where collectivity_id = :collectivity_id::int and name = :name::text and version = 0;

-- name: publish(collectivity_id, name, version, document, now, by)!
-- A version, for ever.
insert into request_type (collectivity_id, name, version, document, state, written_at, written_by, published_at)
values (:collectivity_id::int, :name::text, :version::int, :document::text, 'published', :now::timestamptz, :by::int, :now::timestamptz);

-- name: withdraw(collectivity_id, name, version)!
-- No new request begins with this version any more; those that run on it go on.
update request_type set state = 'withdrawn'
where collectivity_id = :collectivity_id::int and name = :name::text and version = :version::int and state = 'published';

-- name: newest(name)$
-- The highest number that was ever given to a version of this type, withdrawn ones included; 0 where there is none.
select coalesce(max(r.version), 0) from request_type r where r.name = :name::text and r.version > 0;

-- name: names()
-- The names that are taken by published types, whoever wrote them.
select distinct r.name from request_type r where r.version > 0;
