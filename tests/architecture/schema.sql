-- name: columns()
-- Every column, in the order of its table.
select format('column %s.%s %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then ' not null' else '' end,
              case when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end,
              case a.attidentity when 'a' then ' identity always' when 'd' then ' identity' else '' end) as line
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
order by c.relname, a.attnum;

-- name: constraints()
-- Every constraint but NOT NULL, which newer servers list here as well.
select format('constraint %s.%s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as line
from pg_constraint
where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid <> 0
order by conrelid::regclass::text collate "C", conname collate "C";

-- name: indexes()
-- Every index that is not one of a constraint.
select indexdef as line
from pg_indexes i
where schemaname = 'public' and not exists (select from pg_constraint k where k.conname = i.indexname and k.conindid <> 0)
order by tablename collate "C", indexname collate "C";

-- name: policies()
-- Every policy of row-level security.
select format('policy %s.%s for %s to %s using (%s) check (%s)', tablename, policyname, lower(cmd),
              array_to_string(array(select r from unnest(roles::text[]) r order by r collate "C"), ', '),
              regexp_replace(coalesce(qual, ''), '\s+', ' ', 'g'), regexp_replace(coalesce(with_check, ''), '\s+', ' ', 'g')) as line
from pg_policies
where schemaname = 'public'
order by tablename collate "C", policyname collate "C";

-- name: rights()
-- What each of our roles may do to each table, as a whole or to some of its columns.
select format('right %s on %s%s', lower(privilege_type), table_name, line.columns || ' to ' || grantee) as line
from (
    select g.table_name, g.privilege_type, g.grantee, '' as columns
    from information_schema.role_table_grants g
    where g.table_schema = 'public' and g.grantee like 'grc\_%'
    union all
    select g.table_name, g.privilege_type, g.grantee, ' (' || string_agg(g.column_name, ', ' order by g.column_name collate "C") || ')'
    from information_schema.role_column_grants g
    where g.table_schema = 'public' and g.grantee like 'grc\_%'
      and not exists (select from information_schema.role_table_grants t
                      where t.table_schema = 'public' and t.table_name = g.table_name and t.grantee = g.grantee
                        and t.privilege_type = g.privilege_type)
    group by g.table_name, g.privilege_type, g.grantee
) as line
order by 1;

-- name: functions()
-- Every function and procedure with its owner, its powers and its text.
select format('function %s owner %s%s%s to %s as %s', p.oid::regprocedure,
              case when o.rolname like 'grc\_%' then o.rolname else '(the login role)' end,
              case when p.prosecdef then ' security definer' else '' end,
              coalesce(' ' || array_to_string(p.proconfig, ' '), ''),
              coalesce((select string_agg(coalesce(g.rolname, 'public'), ', ' order by g.rolname collate "C")
                        from aclexplode(p.proacl) acl left join pg_roles g on g.oid = acl.grantee
                        where acl.grantee = 0 or g.rolname like 'grc\_%'), 'public'),
              md5(regexp_replace(p.prosrc, '\s+', ' ', 'g'))) as line
from pg_proc p join pg_roles o on o.oid = p.proowner
where p.pronamespace = 'public'::regnamespace
order by p.oid::regprocedure::text collate "C";

-- name: triggers()
-- Every trigger of ours.
select pg_get_triggerdef(oid) as line from pg_trigger where not tgisinternal order by 1;

-- name: unguarded()
-- Tables where row-level security is not forced, or that have no policy for the worker.
select c.relname as line
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'alembic_version'
  and not (c.relrowsecurity and c.relforcerowsecurity
           and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'worker'))
order by 1;

-- name: mighty()
-- Roles of ours that could pass by row-level security.
select rolname as line from pg_roles where rolname like 'grc\_%' and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb);
