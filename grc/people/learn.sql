-- name: learn(collectivity_id, person_id, kinds, values, labels, now)
-- Keeps proved addresses of a person; gives those others who had one of them, unless an agent has parted them since.
with shown as (
    select distinct on (kind, value) kind, value, label from unnest(:kinds::text[], :values::text[], :labels::text[]) as s (kind, value, label)
), kept as (
    insert into identity as i (collectivity_id, kind, value, person_id, verified_at, label)
    select :collectivity_id, s.kind, s.value, :person_id, :now, s.label from shown s
    on conflict (collectivity_id, kind, value) do update
    set verified_at = coalesce(i.verified_at, excluded.verified_at), label = case when excluded.label <> '' then excluded.label else i.label end
    returning i.person_id
)
select distinct k.person_id from kept k
where k.person_id <> :person_id
  and not exists (select from person_event e where e.collectivity_id = :collectivity_id and e.person_id in (:person_id, k.person_id)
                  and e.what in ('parted', 'parted_from'));
