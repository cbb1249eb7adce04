-- name: sent_since(keys, since)
-- How many forms went of late from a page, and from a network.
select key, count(*) as n from form_sent where key = any(:keys::bytea[]) and at > :since group by key;

-- name: note_sent(keys, now)!
-- Counts a form that goes.
insert into form_sent (key, at) select k, :now from unnest(:keys::bytea[]) as k;

-- name: sweep(before)!
-- Forgets what no longer counts.
delete from form_sent where at < :before;
