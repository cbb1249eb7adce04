-- name: days(collectivity_id)$
-- After how many days a reply to a closed request opens another one, where the collectivity has said so.
select days from reply_setting where collectivity_id = :collectivity_id;

-- name: keep(collectivity_id, days, agent_id, now)!
-- Sets that number.
insert into reply_setting (collectivity_id, days, set_at, set_by) values (:collectivity_id, :days, :now, :agent_id)
on conflict (collectivity_id) do update set days = excluded.days, set_at = excluded.set_at, set_by = excluded.set_by;

-- name: muted(collectivity_id)
-- The addresses to which nothing automatic goes, with the request of the mail that was reported, where the reader sees it.
select m.address, m.at, t.reference
from muted_address m left join ticket t on t.collectivity_id = m.collectivity_id and t.id = m.ticket_id
where m.collectivity_id = :collectivity_id and m.lifted_at is null
order by m.at desc, m.id desc limit 200;

-- name: is_muted(collectivity_id, address)$
-- Whether nothing automatic goes to this address.
select exists (select from muted_address m where m.collectivity_id = :collectivity_id and m.address = :address and m.lifted_at is null);

-- name: lift(collectivity_id, address, agent_id, now)$
-- Takes an address off; no row where it was not on.
update muted_address set lifted_at = :now, lifted_by = :agent_id
where collectivity_id = :collectivity_id and address = :address and lifted_at is null
returning id;
