-- name: clues(collectivity_id, person_id, most)^
-- By what a person can be recognised: his names, his numbers, where he lives, as he and his requests say it.
select
    (select coalesce(jsonb_agg(distinct p.name_key), '[]') from same_person(:collectivity_id::int, :person_id::bigint) m
     join person p on p.collectivity_id = :collectivity_id and p.id = m.id where p.name_key <> '') as names,
    (select coalesce(jsonb_agg(distinct i.value), '[]') from same_person(:collectivity_id::int, :person_id::bigint) m
     join identity i on i.collectivity_id = :collectivity_id and i.person_id = m.id and i.kind = 'tel') as numbers,
    (select coalesce(jsonb_agg(p.postal_address), '[]') from same_person(:collectivity_id::int, :person_id::bigint) m
     join person p on p.collectivity_id = :collectivity_id and p.id = m.id where p.postal_address <> '') as addresses,
    (select coalesce(jsonb_agg(t.fields), '[]') from (
        select jsonb_build_object('phone', t.fields -> 'phone', 'postal_address', t.fields -> 'postal_address') as fields
        from same_person(:collectivity_id::int, :person_id::bigint) m
        join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id
        order by t.id desc limit :most) t) as fields;

-- name: namesakes(collectivity_id, person_id, names, numbers, most)
-- Others of the same name, or known at one of these numbers, with what their latest requests say: only whom the asker's services deal with.
select coalesce(p.joined_into, p.id) as id, w.name,
       array(select distinct i.value from same_person(:collectivity_id::int, p.id) m
             join identity i on i.collectivity_id = :collectivity_id and i.person_id = m.id and i.kind = 'tel') as numbers,
       p.name_key, p.postal_address,
       (select coalesce(jsonb_agg(t.fields), '[]') from (
            select jsonb_build_object('phone', t.fields -> 'phone', 'postal_address', t.fields -> 'postal_address') as fields
            from same_person(:collectivity_id::int, p.id) m
            join ticket t on t.collectivity_id = :collectivity_id and t.requester_id = m.id
            order by t.id desc limit 5) t) as fields
from (
    (select p.id from person p
     where p.collectivity_id = :collectivity_id and p.name_key = any(:names::text[]) order by p.id desc limit :most)
    union
    (select i.person_id from identity i
     where i.collectivity_id = :collectivity_id and i.kind = 'tel' and i.value = any(:numbers::text[]))
) found
join person p on p.collectivity_id = :collectivity_id and p.id = found.id
join person w on w.collectivity_id = p.collectivity_id and w.id = coalesce(p.joined_into, p.id)
where person_within(:collectivity_id::int, p.id)
  and p.id not in (select m.id from same_person(:collectivity_id::int, :person_id::bigint) m);
