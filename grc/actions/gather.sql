-- name: gather(fallback, addresses, sender, answers_to, mail_id, mail_ids, signed_replies, third_replies, signed_mails, quoted, forged, proven, channel, account, account_name, owner, conversation, kind, value, since, cap)^
-- All that deciding on one message needs, in one round trip: whom its addresses reach, their services and rules, the tickets
-- it may continue and by which proof, the same message if it came before, who wrote it, how many automatic mails went today where an
-- answer would go.
with reached as (
    select a.address, a.collectivity_id, a.service_id from address a where a.address = any(:addresses::text[])
), here as (
    select collectivity_id from reached union select :fallback::int
), thread as (
    select 1 as rank, 'portal' as how, t.collectivity_id, t.id from ticket t where t.collectivity_id = :fallback::int and t.id = :proven::bigint
    union all
    -- Whoever writes to a bot or a page goes on with the request of his conversation.
    select 1, 'conversation', v.ticket_collectivity_id, v.ticket_id from conversation v
    where :conversation::text <> '' and v.collectivity_id = :owner::int and v.channel = :channel::text and v.account = :account_name::text
      and v.address = :conversation::text and v.ticket_id is not null
    union all
    select 2, 'hmac_reply', t.collectivity_id, t.id from ticket t where t.reference = any(:signed_replies::text[])
    union all
    select 3, 'hmac_mail_id', t.collectivity_id, t.id from ticket t where t.reference = any(:signed_mails::text[])
    union all
    select 4, 'mail_id', m.collectivity_id, m.ticket_id
    from here h join message m on m.collectivity_id = h.collectivity_id and m.mail_id = any(:mail_ids::text[])
    union all
    select 4, 'mail_id', p.collectivity_id, p.ticket_id
    from here h join passed_mail p on p.collectivity_id = h.collectivity_id and p.mail_id = any(:mail_ids::text[])
    union all
    select 5, 'reference', t.collectivity_id, t.id from ticket t where t.reference = any(:quoted::text[])
    union all
    select 6, 'forged', t.collectivity_id, t.id from ticket t where t.reference = any(:forged::text[])
), kept as (
    -- A duplicate leads to the ticket it was merged into, and a trace to the body that has the request, however often that happened.
    select x.rank, x.how, x.collectivity_id as via, x.id as named, k.collectivity_id, k.id
    from thread x cross join lateral (
        with recursive way as (
            select t.collectivity_id, t.id, t.merged_into, t.passed_to, 0 as steps
            from ticket t where t.collectivity_id = x.collectivity_id and t.id = x.id
            union all
            select t.collectivity_id, t.id, t.merged_into, t.passed_to, w.steps + 1
            from way w
            join ticket t on t.collectivity_id = coalesce(w.passed_to, w.collectivity_id)
                         and t.id = case when w.passed_to is null then w.merged_into else w.id end
            where w.steps < 20
        )
        select way.collectivity_id, way.id from way order by way.steps desc limit 1
    ) k
)
select
    (select coalesce(jsonb_agg(jsonb_build_array(r.address, r.collectivity_id, r.service_id)), '[]') from reached r) as reached,
    (select jsonb_agg(jsonb_build_array(c.id, c.kind, c.name, c.email, c.phone, c.postal_address, c.region, c.settings))
     from here h join collectivity c on c.id = h.collectivity_id) as collectivities,
    (select coalesce(jsonb_agg(jsonb_build_array(s.collectivity_id, s.id, s.slug, s.name, s.is_default, s.email, s.phone)
                               order by s.position, s.id), '[]')
     from here h join service s on s.collectivity_id = h.collectivity_id) as services,
    (select coalesce(jsonb_agg(jsonb_build_array(r.collectivity_id, r.position, r.name, r.conditions, r.outcome) order by r.position, r.id), '[]')
     from here h join rule r on r.collectivity_id = h.collectivity_id and r.active) as rules,
    (select coalesce(jsonb_agg(jsonb_build_array(x.how, t.collectivity_id, t.id, t.reference, t.phase, t.closed_at, t.service_id,
            :sender::text <> '' and (exists (select from message m
                    where m.collectivity_id in (t.collectivity_id, x.via) and m.ticket_id in (t.id, o.id)
                      and (m.direction = 'in' and m.from_addr = :sender::text
                           or m.direction = 'out' and m.audience = 'third' and :sender::text = any(m.to_addrs)))
            or :sender::text in (t.answer_addr, t.third_addr, o.answer_addr, o.third_addr)),
            o.reference = any(:third_replies::text[]) or (:sender::text <> '' and :sender::text in (t.third_addr, o.third_addr))
            or exists (select from message m where m.collectivity_id in (t.collectivity_id, x.via) and m.ticket_id in (t.id, o.id) and m.audience = 'third'
                       and (m.mail_id = any(:mail_ids::text[]) or (m.direction = 'out' and :sender::text = any(m.to_addrs))
                            -- A colleague of the third party, unless he is somebody who asked.
                            or (m.direction = 'in' and m.from_addr = :sender::text and :sender::text not in (lower(t.answer_addr), lower(o.answer_addr))
                                and not exists (select from message p
                                                where p.collectivity_id = t.collectivity_id and p.ticket_id in (t.id, o.id) and p.direction = 'in'
                                                  and p.audience = 'public' and p.from_addr = :sender::text))))
            , case when o.id <> t.id then o.reference else '' end, x.via, t.answer_addr)
            order by x.rank, array_position(:quoted::text[], o.reference), t.id desc), '[]')
     from kept x join ticket t on t.collectivity_id = x.collectivity_id and t.id = x.id
     join ticket o on o.collectivity_id = x.via and o.id = x.named) as threads,
    (select jsonb_build_array(m.collectivity_id, m.ticket_id, m.id, m.from_addr, m.body_text)
     from (select m.collectivity_id, m.ticket_id, m.id, m.from_addr, m.body_text, m.direction
           from here h join message m on m.collectivity_id = h.collectivity_id and m.mail_id = :mail_id::text
           union all
           -- One that came here before its request passed to another body.
           select p.collectivity_id, p.ticket_id, m.id, m.from_addr, m.body_text, m.direction
           from here h
           join passed_mail p on p.collectivity_id = h.collectivity_id and p.mail_id = :mail_id::text
           join ticket o on o.collectivity_id = p.collectivity_id and o.id = p.ticket_id
           join ticket t on t.reference = o.reference and t.passed_to is null and t.collectivity_id <> o.collectivity_id
           join message m on m.collectivity_id = t.collectivity_id and m.mail_id = p.mail_id
           union all
           -- What an agent wrote from his own mail program: as an answer it left under a Message-ID of ours, and kept its own as a reference.
           select m.collectivity_id, m.ticket_id, m.id, a.email, m.body_text, 'in'
           from agent a
           join message m on m.author_id = a.id and m.received_id is not null and :mail_id::text = any(m.mail_id || m.mail_references)
           join kept x on x.collectivity_id = m.collectivity_id and x.id = m.ticket_id
           where a.email = :sender::text) m
     where m.direction = 'in' order by m.collectivity_id = :fallback::int desc, m.from_addr = :sender::text desc, m.id limit 1) as same_message,
    (select coalesce(jsonb_agg(jsonb_build_array(i.collectivity_id, i.person_id, p.name)), '[]')
     from here h join identity i on i.collectivity_id = h.collectivity_id and i.kind = :kind::text and i.value = :value::text
     join person p on p.collectivity_id = i.collectivity_id and p.id = i.person_id) as persons,
    (select coalesce(jsonb_agg(distinct jsonb_build_array(c.id, c.name)), '[]')
     from agent a join membership m on m.agent_id = a.id join collectivity c on c.id = m.collectivity_id and c.kind <> 'agency'
     where a.email = :sender::text and a.active) as members,
    exists (select from address a where a.address = :sender::text) as sender_is_ours,
    (select jsonb_build_array(a.id, a.name, a.active, (select coalesce(jsonb_agg(jsonb_build_array(m.collectivity_id, m.service_id)), '[]')
                                                       from membership m where m.agent_id = a.id))
     from agent a where a.email = :sender::text) as agent,
    (select k.settings ->> 'authserv_id' from account k where k.channel = :channel::text and k.name = :account::text) as trusted,
    (select coalesce(jsonb_object_agg(r.collectivity_id, r.days), '{}')
     from here h join reply_setting r on r.collectivity_id = h.collectivity_id) as reply_days,
    (select count(*) from (
        select from outgoing o where o.to_addr = :answers_to::text and o.automatic and o.created_at > :since::timestamptz limit :cap::int) o
    ) as automatic_today,
    (select coalesce(jsonb_agg(m.collectivity_id), '[]') from here h join muted_address m on m.collectivity_id = h.collectivity_id
     where m.address = :answers_to::text and m.lifted_at is null) as muted,
    (select coalesce(jsonb_agg(jsonb_build_array(b.collectivity_id, b.until)), '[]')
     from here h join abusive_source b on b.collectivity_id = h.collectivity_id and b.kind = 'email'
     where b.value in (:sender::text, :answers_to::text) and b.lifted_at is null) as abusive,
    nextval('ticket_number') as ticket_number,
    nextval('person_id_seq') as person_number;
