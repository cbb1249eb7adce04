-- name: notice(collectivity_id, ticket_id, id, kinds)^
-- A notice of the law in a conversation, in its exact words.
select m.kind, m.at, m.subject, m.body_text, m.body_html, m.written_for, m.written_for_service from message m
where m.collectivity_id = :collectivity_id and m.ticket_id = :ticket_id and m.id = :id and m.direction = 'out' and m.audience = 'public'
  and m.kind = any(:kinds::text[]);
