-- Lines of registers. A page is read by keyset on an index, in the order of the folded title; row-level security decides what is seen.
-- The limit is a page and one line more.

-- name: line(collectivity_id, register, id)^
-- One line.
select r.id, r.key, r.title, r.data, r.member_id, m.name as member, r.active, r.changed_at
from record r left join collectivity m on m.id = r.member_id
where r.collectivity_id = :collectivity_id::int and r.register = :register::text and r.id = :id::bigint;

-- name: page(collectivity_id, register, active, folded, id)
-- A page of the lines of a register.
select r.id, r.key, r.title, r.folded, r.data, r.member_id, m.name as member, r.active, r.changed_at
from record r left join collectivity m on m.id = r.member_id
where r.collectivity_id = :collectivity_id::int and r.register = :register::text and r.active = :active::boolean
  and (r.folded, r.id) > (:folded::text, :id::bigint)
order by r.folded, r.id limit 51;

-- name: page_of(collectivity_id, register, members, active, folded, id)
-- A page of the lines about some members.
select r.id, r.key, r.title, r.folded, r.data, r.member_id, m.name as member, r.active, r.changed_at
from record r left join collectivity m on m.id = r.member_id
where r.member_id = any(:members::int[]) and r.register = :register::text and r.active = :active::boolean
  and r.collectivity_id = :collectivity_id::int and (r.folded, r.id) > (:folded::text, :id::bigint)
order by r.folded, r.id limit 51;

-- name: found(collectivity_id, register, words, member_id, active, most)
-- The lines in which words begin so, by title.
select r.id, r.key, r.title, r.folded, r.data, r.member_id, m.name as member, r.active, r.changed_at
from search_records(:collectivity_id, :register, :words::text[], :member_id, :active, :most) f
join record r on r.collectivity_id = :collectivity_id::int and r.id = f.id
left join collectivity m on m.id = r.member_id
order by r.folded, r.id;

-- name: by_keys(collectivity_id, register, keys)
-- The lines that have these keys, put away or not.
select r.id, r.key, r.title, r.data, r.member_id, m.name as member, r.active, r.changed_at
from record r left join collectivity m on m.id = r.member_id
where r.collectivity_id = :collectivity_id::int and r.register = :register::text and r.key = any(:keys::text[]);

-- name: everything(collectivity_id, register)
-- All lines of a register, put away or not, for whoever takes them along.
select r.id, r.key, r.title, r.data, r.member_id, m.name as member, r.active, r.changed_at
from record r left join collectivity m on m.id = r.member_id
where r.collectivity_id = :collectivity_id::int and r.register = :register::text
order by r.active desc, r.folded, r.id;

-- name: counts(collectivities, registers)
-- How many lines stand in each register of each collectivity, counted no further than ten thousand.
select c.id as collectivity_id, n.name as register, k.count
from unnest(:collectivities::int[]) c (id)
cross join unnest(:registers::text[]) n (name)
cross join lateral (
    select count(*)::int as count
    from (select from record r where r.collectivity_id = c.id and r.register = n.name and r.active limit 10000) k
) k;

-- name: counts_of(collectivity_id, registers, members)
-- The same of the lines about some members.
select n.name as register, k.count
from unnest(:registers::text[]) n (name)
cross join lateral (
    select count(*)::int as count
    from (select from record r where r.member_id = any(:members::int[]) and r.register = n.name and r.active
          and r.collectivity_id = :collectivity_id::int limit 10000) k
) k;

-- name: members(collectivity_id)
-- The collectivities that a line can be about, for a filter: those that use the service first of all.
select c.id, c.name from collectivity c where c.id <> :collectivity_id::int and c.active order by c.slug, c.id;

-- name: history(collectivity_id, id)
-- What became of a line, the latest first.
select h.at, h.who, h.what, h.data from record_change h
where h.collectivity_id = :collectivity_id::int and h.record_id = :id::bigint
order by h.id desc limit 200;

-- name: write_lines(collectivity_id, register, shown_to, rows, who, agent_id, at)
-- Adds and changes lines, each with a line of its history; gives their numbers by key. Two lines of one key are an error.
with given as (
    select g.* from jsonb_to_recordset(:rows::jsonb) as g (
        id bigint, key text, title text, folded text, words jsonb, data jsonb, member_id int, active boolean, what text, changes jsonb)
), worded as (
    select g.*, array_to_tsvector(array(select jsonb_array_elements_text(g.words))
                                  || ('r:' || :collectivity_id::int || ':' || :register::text))
                || record_seen_by(:shown_to::text, g.member_id) as search
    from given g
), added as (
    insert into record (collectivity_id, register, key, title, folded, search, data, member_id, shown_to, active, made_at, changed_at)
    select :collectivity_id::int, :register::text, w.key, w.title, w.folded, w.search, w.data, w.member_id, :shown_to::text, w.active,
           :at::timestamptz, :at::timestamptz
    from worded w where w.id is null
    returning id, key
), changed as (
    update record r
    set key = w.key, title = w.title, folded = w.folded, search = w.search, data = w.data, member_id = w.member_id, shown_to = :shown_to::text,
        active = w.active, changed_at = :at::timestamptz
    from worded w
    where r.collectivity_id = :collectivity_id::int and r.register = :register::text and r.id = w.id
    returning r.id, r.key
), written as (
    select id, key from added union all select id, key from changed
), told as (
    insert into record_change (collectivity_id, record_id, at, who, agent_id, what, data)
    select :collectivity_id::int, w.id, :at::timestamptz, :who::text, :agent_id::int, g.what, coalesce(g.changes, '{}')
    from written w join given g on g.key = w.key
)
select w.id, w.key from written w;

-- name: align(registers, shown)!
-- Lines are shown as far as their register says today, whatever it said when they were written.
update record r
set shown_to = n.shown_to,
    search = ts_delete(r.search, array(select s.lexeme from unnest(r.search) s where starts_with(s.lexeme, 's:')))
             || record_seen_by(n.shown_to, r.member_id)
from unnest(:registers::text[], :shown::text[]) n (register, shown_to)
where r.register = n.register and r.shown_to <> n.shown_to;
