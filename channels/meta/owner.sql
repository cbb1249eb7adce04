-- name: accounts(channel)
-- The accounts of a channel in use, with their secrets sealed: whose event a call tells.
select collectivity_id, id, channel, name, settings, sealed from hook_accounts(:channel);
