-- name: kept(collectivity_id, id)^
-- Where a duplicate goes on, wherever that is: its reference and link, null where it is not proved that the holder of this one may have them.
-- Only a duplicate that came by mail proves it: its link was given to that address alone, a form's to whoever typed an address.
with recursive way as (
    select t.collectivity_id, t.id, t.merged_into, t.passed_to, 0 as steps
    from ticket t where t.collectivity_id = :collectivity_id and t.id = :id and t.merged_into is not null
    union all
    select t.collectivity_id, t.id, t.merged_into, t.passed_to, w.steps + 1
    from way w join ticket t on t.collectivity_id = coalesce(w.passed_to, w.collectivity_id)
                            and t.id = case when w.passed_to is null then w.merged_into else w.id end
    where w.steps < 20
)
select case when proved then k.reference end as reference, case when proved then k.tracking_token end as token
from (select w.collectivity_id, w.id from way w where w.steps > 0 order by w.steps desc limit 1) w
join ticket k on k.collectivity_id = w.collectivity_id and k.id = w.id
join ticket d on d.collectivity_id = :collectivity_id and d.id = :id
cross join lateral (
    select d.channel = 'email' and d.answer_addr <> '' and lower(d.answer_addr) = lower(k.answer_addr) and k.tracking_token is not null as proved
) p;
