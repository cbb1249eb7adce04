-- name: read(collectivity_id, account_id)^
-- How far the updates of a bot have been taken.
select next, at from telegram_progress where collectivity_id = :collectivity_id and account_id = :account_id;

-- name: write(collectivity_id, account_id, next, at)!
-- Every update below `next` is in the ledger.
insert into telegram_progress (collectivity_id, account_id, next, at) values (:collectivity_id, :account_id, :next, :at)
on conflict (collectivity_id, account_id) do update set next = excluded.next, at = excluded.at;
