-- name: current(collectivity_id, name)^
-- The newest version made in the browser of a type (0: none), the settings in force here (0: none), and the notices of the law that
-- this collectivity words itself.
select coalesce((select max(t.version) from request_type t where t.name = :name::text and t.state = 'published'), 0) as version,
       coalesce((select s.id from type_setting s
                 where s.collectivity_id = :collectivity_id::int and s.name = :name::text and s.current), 0) as variant,
       (select coalesce(jsonb_object_agg(n.name, n.id), '{}') from notice_text n
        where n.collectivity_id = :collectivity_id::int and n.current) as notices;

-- name: offered(collectivity_id)
-- Every type made in the browser that serves here (the agency's, and the collectivity's own), and every type it has settings on.
select n.name,
       coalesce((select max(t.version) from request_type t where t.name = n.name and t.state = 'published'), 0) as version,
       coalesce((select s.id from type_setting s where s.collectivity_id = :collectivity_id::int and s.name = n.name and s.current), 0) as variant
from (select t.name from request_type t join collectivity c on c.id = t.collectivity_id
      where t.state = 'published' and (c.kind = 'agency' or c.id = :collectivity_id::int)
      union
      select s.name from type_setting s where s.collectivity_id = :collectivity_id::int and s.current) n;

-- name: document(name, version)^
-- A published version as it was written; a withdrawn one still serves the tickets that run on it.
select t.document from request_type t where t.name = :name::text and t.version = :version::int and t.state <> 'draft';

-- name: patch(id, name)^
-- What a collectivity said of its own on a type, at the time this was its word. The number is unique in all collectivities.
select s.patch from type_setting s where s.id = :id::int and s.name = :name::text;
