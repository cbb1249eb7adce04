-- name: hook(collectivity_id, channel, name)^
-- The account that says where a collectivity's calls of this name go.
select a.name from account a
where a.collectivity_id = :collectivity_id and a.channel = :channel and a.name = :name and a.active;
