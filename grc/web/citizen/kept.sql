-- name: keep(collectivity_id, sending, name, type, size, data, now)!
-- Keeps a file of a form that must be mended.
insert into kept_file (collectivity_id, sending, name, type, size, data, kept_at)
values (:collectivity_id, :sending, :name, :type, :size, :data, :now);

-- name: kept(collectivity_id, sending)
-- The files kept for a sending, in the order they came.
select id, name, type, size, data from kept_file where collectivity_id = :collectivity_id and sending = :sending order by id;

-- name: forget(collectivity_id, sending, ids)!
-- Drops files the citizen no longer wants to send.
delete from kept_file where collectivity_id = :collectivity_id and sending = :sending and id = any(:ids::bigint[]);

-- name: forget_all(collectivity_id, sending)!
-- Drops what was kept for a sending that has been taken.
delete from kept_file where collectivity_id = :collectivity_id and sending = :sending;

-- name: sweep(before)!
-- Drops what nobody came back for.
delete from kept_file where kept_at < :before;

-- name: weight()$
-- How much is kept in all, in bytes.
select coalesce(sum(size), 0)::bigint from kept_file;
