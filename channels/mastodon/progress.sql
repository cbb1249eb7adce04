-- name: read(collectivity_id, account_id)^
-- How far the notifications of an account were read, and of which reading that is.
select reading, last_id, recent from mastodon_progress where collectivity_id = :collectivity_id and account_id = :account_id;

-- name: write(collectivity_id, account_id, reading, last_id, recent)!
-- Everything up to this notification is in the ledger.
insert into mastodon_progress as p (collectivity_id, account_id, reading, last_id, recent)
values (:collectivity_id, :account_id, :reading, :last_id, :recent)
on conflict (collectivity_id, account_id) do update
set reading = excluded.reading, last_id = excluded.last_id, recent = excluded.recent
where p.reading <= excluded.reading;

-- name: tries(collectivity_id, id)$
-- How often a delivery was tried.
select tries from outgoing where collectivity_id = :collectivity_id and id = :id;
