-- name: heads(collectivity_id, service_id)
-- Who leads a service: its heads; where it has none, the administrators of the collectivity.
select a.id, a.name from (
    select m.agent_id, rank() over (order by case m.role when 'chief' then 1 else 2 end) as rank
    from membership m join agent held on held.id = m.agent_id and held.active
    where m.collectivity_id = :collectivity_id::int and m.role in ('chief', 'admin')
      and coalesce(m.service_id, :service_id::int) = :service_id::int
) leads join agent a on a.id = leads.agent_id
where leads.rank = 1
group by a.id, a.name order by a.name;
