"""The roles a connection can take, and how a table is put behind row-level security.

The login role owns the tables and serves nobody with that power: every transaction takes one of these roles first
(`grc.db.transaction`). None of them can bypass row-level security.
"""

from migrations.run import run

revision = "0001"
down_revision = None

SQL = """
do $$
declare
    wanted text;
begin
    foreach wanted in array array['grc_web', 'grc_citizen', 'grc_intake', 'grc_gate', 'grc_operator', 'grc_worker']
    loop
        begin
            execute format('create role %I nologin nobypassrls', wanted);
        exception
            -- roles belong to the server, not to the database: another database may have made them, even this instant
            when duplicate_object or unique_violation then null;
        end;
        begin
            execute format('grant %I to current_user', wanted);
        exception
            when unique_violation or sqlstate 'XX000' then null;  -- granted by another session at the same time
        end;
    end loop;
end
$$;

comment on schema public is 'GRC: citizen relation service';
grant usage on schema public to grc_web, grc_citizen, grc_intake, grc_gate, grc_operator, grc_worker;

-- The collectivities of the person this transaction serves, or none. A subselect in the policy makes it an InitPlan, read once a query.
create function scope_collectivities() returns int[] language sql stable
as $$ select coalesce(nullif(current_setting('grc.cols', true), ''), '{}')::int[] $$;

create function scope_services() returns int[] language sql stable
as $$ select coalesce(nullif(current_setting('grc.services', true), ''), '{}')::int[] $$;

create function scope_ticket() returns bigint language sql stable
as $$ select nullif(current_setting('grc.ticket', true), '')::bigint $$;

-- Forces row-level security on a table; the worker, which serves everybody, sees all its rows.
create procedure protect(guarded regclass) language plpgsql
as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format('create policy worker on %s to grc_worker using (true) with check (true)', guarded);
    execute format('grant select, insert, update, delete on %s to grc_worker', guarded);
end
$$;

-- Besides, lets an agent's transaction reach the rows of the collectivities of its scope.
create procedure protect_by_collectivity(guarded regclass, rights text) language plpgsql
as $$
begin
    call protect(guarded);
    execute format(
        'create policy web on %s to grc_web using (collectivity_id = any((select scope_collectivities())::int[]))', guarded);
    execute format('grant %s on %s to grc_web', rights, guarded);
end
$$;

-- What is written once stays: the timeline and the evidence of deliveries.
create function refuse_change() returns trigger language plpgsql
as $$
begin
    raise exception '% is append-only: correct it with a new row', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
"""


def upgrade() -> None:
    run(SQL)
