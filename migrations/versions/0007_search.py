"""What agents read tickets by: the row of the inbox, its counters, and search within the scope of the one who asks."""

from migrations.run import run

revision = "0007"
down_revision = "0006"

SQL = """
-- `@@` is not leakproof: under row-level security it would never use its index. So one function, owned by a role that nobody takes,
-- repeats the predicate of the policy on ticket: collectivity and service. Its leaks are tested in tests/web/test_search.py.
do $$
begin
    create role grc_search nologin nobypassrls;
exception
    when duplicate_object or unique_violation then null;
end
$$;
do $$
begin
    grant grc_search to current_user;
exception
    when unique_violation or sqlstate 'XX000' then null;  -- granted by another session at the same time
end
$$;
grant usage on schema public to grc_search;

-- The words of a message, already folded, with two lexemes more: its collectivity, so that a word that 600 collectivities use costs
-- a small one no more than its own messages; and the block of 4,096 messages it is in, so that a word that is in every message is
-- looked for among the latest alone. Their colons keep them apart from any word.
create function search_document(collectivity_id int, message_id bigint, folded text) returns tsvector
language sql immutable parallel safe
as $$
    select case when folded = '' then null
           else to_tsvector('french'::regconfig, folded)
                || array_to_tsvector(array['c:' || collectivity_id, 'b:' || (message_id >> 12)]) end
$$;

create policy search on message for select to grc_search using (true);
create policy search on ticket for select to grc_search using (true);
grant select (collectivity_id, id, ticket_id, search) on message to grc_search;
grant select (collectivity_id, id, service_id, last_at) on ticket to grc_search;
grant select on sequence message_id_seq to grc_search;

-- The tickets in whose messages all these words are (the syntax of to_tsquery, on folded words), the latest first: looked for in the
-- newest block of messages, then in the newest sixteen, then in all, until there are enough. What is in few messages is found in the
-- last step at the cost of those few, what is in many in the first. The planner knows nothing of such words: its choices are made for it.
create function search_tickets(words text, most int) returns table (collectivity_id int, ticket_id bigint)
language plpgsql stable security definer set search_path = public, pg_temp set client_min_messages = error
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set max_parallel_workers_per_gather = 0 set jit = off
as $$
declare
    query tsquery := to_tsquery('french', words);
    cols int[] := scope_collectivities();
    reach int[] := scope_services();
    newest bigint;
    blocks int;
    narrowed tsquery;
    collectivity_ids int[];
    ticket_ids bigint[];
begin
    if numnode(query) = 0 or cardinality(cols) = 0 or cardinality(reach) = 0 then
        return;
    end if;
    if cardinality(cols) <= 40 then
        query := query && (select string_agg(quote_literal('c:' || c), ' | ') from unnest(cols) c)::tsquery;
    end if;
    select last_value >> 12 into newest from message_id_seq;
    foreach blocks in array array[1, 16, null] loop
        narrowed := query;
        if blocks < newest + 1 then
            narrowed := query && (
                select string_agg(quote_literal('b:' || block), ' | ') from generate_series(newest - blocks, newest) block)::tsquery;
        end if;
        select array_agg(f.collectivity_id), array_agg(f.id) into collectivity_ids, ticket_ids
        from (
            select t.collectivity_id, t.id
            from (select distinct m.collectivity_id, m.ticket_id from message m where m.search @@ narrowed) spoken
            join ticket t on t.collectivity_id = spoken.collectivity_id and t.id = spoken.ticket_id
            where t.collectivity_id = any(cols) and t.service_id = any(reach)
            order by t.last_at desc, t.id desc
            limit most
        ) f;
        exit when cardinality(ticket_ids) >= most or narrowed = query;
    end loop;
    return query select * from unnest(collectivity_ids, ticket_ids);
end
$$;
grant create on schema public to grc_search;
alter function search_tickets(text, int) owner to grc_search;
revoke create on schema public from grc_search;
revoke all on function search_tickets(text, int) from public;
grant execute on function search_tickets(text, int) to grc_web;
grant execute on function scope_collectivities(), scope_services() to grc_search;

-- News of a ticket goes to the agents of its service: the stream of events must know which that is, and nothing else of it.
grant select (service_id) on ticket to grc_gate;
"""


INBOX = """
-- A row of the inbox with its names; read with the rights of the one who reads.
create view inbox_row with (security_invoker = true) as
select t.collectivity_id, t.id, t.reference, t.type, t.version, t.state, t.phase, t.service_id, t.assignee_id, t.priority, t.subject,
       t.excerpt, t.requester_name, t.channel, t.unread, t.alarm, t.last_at, t.due_at, t.closed_at,
       s.name as service, c.name as collectivity, a.name as assignee
from ticket t
join service s on s.collectivity_id = t.collectivity_id and s.id = t.service_id
join collectivity c on c.id = t.collectivity_id
left join agent a on a.id = t.assignee_id;
grant select on inbox_row to grc_web;

-- The counters beside the views, each counted no further than a hundred, so that they cost the same whatever there is to do. In SQL
-- and stable, so that they become part of the query that calls them. A narrow scope counts service by service in its own indexes,
-- a wide one in the indexes of all.
create function narrow_counts(me int, moment timestamptz, cols int[], reach int[]) returns table (mine int, unassigned int, late int)
language sql stable
as $$
    select (select count(*)::int from (select from ticket t where t.assignee_id = me and t.phase = 'open' limit 100) n),
           (select count(*)::int from (
                select from service s cross join lateral (
                    select from ticket t where t.collectivity_id = s.collectivity_id and t.service_id = s.id
                    and t.phase = 'open' and t.assignee_id is null limit 100) n
                where s.collectivity_id = any(cols) and s.id = any(reach) limit 100) n),
           (select count(*)::int from (
                select from service s cross join lateral (
                    select from ticket t where t.collectivity_id = s.collectivity_id and t.service_id = s.id
                    and t.phase = 'open' and t.due_at < moment limit 100) n
                where s.collectivity_id = any(cols) and s.id = any(reach) limit 100) n)
$$;

create function wide_counts(me int, moment timestamptz) returns table (mine int, unassigned int, late int)
language sql stable
as $$
    select (select count(*)::int from (select from ticket t where t.assignee_id = me and t.phase = 'open' limit 100) n),
           (select count(*)::int from (select from ticket t where t.phase = 'open' and t.assignee_id is null limit 100) n),
           (select count(*)::int from (select from ticket t where t.phase = 'open' and t.due_at < moment limit 100) n)
$$;
revoke all on function narrow_counts(int, timestamptz, int[], int[]), wide_counts(int, timestamptz) from public;
grant execute on function narrow_counts(int, timestamptz, int[], int[]), wide_counts(int, timestamptz) to grc_web;
"""


def upgrade() -> None:
    run(SQL + INBOX)
