-- name: read(collectivity_id, account_id, folder, reading)^
-- How far a folder has been read, since it was last to be read from its beginning.
select uidvalidity, last_uid from mailbox_progress
where collectivity_id = :collectivity_id and account_id = :account_id and folder = :folder and reading = :reading;

-- name: write(collectivity_id, account_id, folder, reading, uidvalidity, last_uid)!
-- Everything up to this UID is in the ledger. Never goes back, unless the folder was numbered anew or is to be read again; whoever still
-- works on an earlier reading changes nothing.
insert into mailbox_progress as p (collectivity_id, account_id, folder, reading, uidvalidity, last_uid)
values (:collectivity_id, :account_id, :folder, :reading, :uidvalidity, :last_uid)
on conflict (collectivity_id, account_id, folder) do update
set reading = excluded.reading, uidvalidity = excluded.uidvalidity, last_uid = excluded.last_uid
where p.reading < excluded.reading
   or (p.reading = excluded.reading and (p.uidvalidity <> excluded.uidvalidity or p.last_uid < excluded.last_uid));
