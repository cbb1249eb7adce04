"""Types made in the browser: a published version never changes, names that cannot collide, numbers and moves that look everywhere."""

from migrations.run import run

revision = "0010"
down_revision = "0009"

SQL = """
-- One step back: a draft as it was before its last change.
alter table request_type add column before text;

create function keep_published() returns trigger language plpgsql
as $$
begin
    if old.version > 0 and (tg_op = 'DELETE' or to_jsonb(new) - 'state' <> to_jsonb(old) - 'state' or old.state <> 'published') then
        raise exception 'a published version stays as it is: publish a new one' using errcode = 'insufficient_privilege';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger keep_published before update or delete on request_type for each row execute function keep_published();

-- The agency's types serve everybody; the names of all others begin with the code of their collectivity, so that no commune takes the
-- place of a type that its neighbours use.
drop policy authors on request_type;
create policy authors on request_type to grc_web
    using (collectivity_id = any((select scope_collectivities())::int[]))
    with check (
        collectivity_id = any((select scope_collectivities())::int[])
        and exists (
            select from collectivity c
            where c.id = request_type.collectivity_id
              and case when c.kind = 'agency' then request_type.name !~ '^c([0-9][0-9a-z][0-9]{3}|[0-9]{9})_'
                       else starts_with(request_type.name, 'c' || lower(coalesce(c.insee, c.siren)) || '_') end));

grant select (type, version, state, phase) on ticket to grc_gate;
create policy gate_asks on errand for insert to grc_gate with check (kind = 'remap');
grant insert on errand to grc_gate;
create policy gate on errand for select to grc_gate using (kind = 'remap');
grant select (collectivity_id, ticket_id, kind, done_at) on errand to grc_gate;
grant usage on sequence errand_id_seq to grc_gate;

-- Whether this transaction serves the agency: its types are everybody's, so that its administrators must know what runs on them.
create function serves_agency() returns boolean language sql stable
as $$ select exists (select from collectivity c where c.kind = 'agency' and c.id = any(scope_collectivities())) $$;

-- How many requests are open on each version and state of a type (null: of every type): everywhere for the agency, else at home. Counts
-- alone.
create function open_requests(wanted text) returns table (type text, version int, state text, n int)
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
    if serves_agency() then
        return query select t.type, t.version, t.state, count(*)::int from ticket t
                     where t.phase = 'open' and (wanted is null or t.type = wanted) group by t.type, t.version, t.state;
    else
        return query select t.type, t.version, t.state, count(*)::int from ticket t
                     where t.collectivity_id = any(scope_collectivities()) and t.phase = 'open' and (wanted is null or t.type = wanted)
                     group by t.type, t.version, t.state;
    end if;
end
$$;

-- Asks for open requests of a type to come to another version, each by an errand of its own: everywhere for a type of the agency, else
-- at home. Those that are asked already are left. How many.
create function ask_moves(wanted text, older int, states text[], said jsonb, moment timestamptz) returns int
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
    everywhere boolean := serves_agency() and wanted !~ '^c([0-9][0-9a-z][0-9]{3}|[0-9]{9})_';
    asked int;
begin
    insert into errand (collectivity_id, ticket_id, kind, data, due, made_at)
    select t.collectivity_id, t.id, 'remap', said, moment, moment from ticket t
    where t.type = wanted and t.version = older and t.phase = 'open' and t.state = any(states)
      and (everywhere or t.collectivity_id = any(scope_collectivities()))
      and not exists (select from errand e where e.collectivity_id = t.collectivity_id and e.ticket_id = t.id
                      and e.kind = 'remap' and e.done_at is null);
    get diagnostics asked = row_count;
    return asked;
end
$$;

grant create on schema public to grc_gate;
alter function open_requests(text) owner to grc_gate;
alter function ask_moves(text, int, text[], jsonb, timestamptz) owner to grc_gate;
revoke create on schema public from grc_gate;
revoke all on function open_requests(text), ask_moves(text, int, text[], jsonb, timestamptz) from public;
grant execute on function open_requests(text), ask_moves(text, int, text[], jsonb, timestamptz) to grc_web;
"""


def upgrade() -> None:
    run(SQL)
