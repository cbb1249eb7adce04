-- name: read(collectivity_id, account_id, folder)^
-- How far a folder has been read.
select uidvalidity, last_uid from mailbox_progress
where collectivity_id = :collectivity_id and account_id = :account_id and folder = :folder;

-- name: write(collectivity_id, account_id, folder, uidvalidity, last_uid)!
-- Everything up to this UID is in the ledger. Never goes back, unless the folder was numbered anew.
insert into mailbox_progress as p (collectivity_id, account_id, folder, uidvalidity, last_uid)
values (:collectivity_id, :account_id, :folder, :uidvalidity, :last_uid)
on conflict (collectivity_id, account_id, folder) do update
set uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid
where p.uidvalidity <> excluded.uidvalidity or p.last_uid < excluded.last_uid;
