-- name: read(collectivity_id, account_id)^
-- The token of an account, sealed, and when it is to be renewed.
select sealed, renew_at from account_token where collectivity_id = :collectivity_id and account_id = :account_id;

-- name: claim(collectivity_id, account_id, now, until)$
-- Says that we ask for another token; no row where somebody else does.
insert into account_token as t (collectivity_id, account_id, renewing_until) values (:collectivity_id, :account_id, :until)
on conflict (collectivity_id, account_id) do update set renewing_until = excluded.renewing_until
where t.renewing_until is null or t.renewing_until <= :now
returning account_id;

-- name: keep(collectivity_id, account_id, sealed, renew_at)!
-- Writes down what the provider gave; whoever waits for it may have it.
update account_token set sealed = :sealed, renew_at = :renew_at, renewing_until = null
where collectivity_id = :collectivity_id and account_id = :account_id;

-- name: release(collectivity_id, account_id)!
-- Nobody asks any more, and nothing came of it.
update account_token set renewing_until = null where collectivity_id = :collectivity_id and account_id = :account_id;

-- name: renew(collectivity_id, account_id, now)!
-- The server no longer takes this token: another is to be asked for.
update account_token set renew_at = :now where collectivity_id = :collectivity_id and account_id = :account_id;
