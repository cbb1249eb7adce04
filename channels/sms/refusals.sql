-- name: note(collectivity_id, account, address, how, now)!
-- Somebody wants no more texts from this account.
insert into sms_refusal (collectivity_id, account, address, since, how) values (:collectivity_id, :account, :address, :now, :how)
on conflict (collectivity_id, account, address) do nothing;

-- name: lift(collectivity_id, account, address)$
-- He may be written to again. No row where he never refused.
delete from sms_refusal where collectivity_id = :collectivity_id and account = :account and address = :address returning since;

-- name: since(collectivity_id, account, address)$
-- Since when he wants none.
select since from sms_refusal where collectivity_id = :collectivity_id and account = :account and address = :address;
