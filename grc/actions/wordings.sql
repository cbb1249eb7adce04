-- name: wordings(ids)
-- The words of notices by their numbers. A row never changes.
select n.id, n.subject, n.body_text, n.body_html from notice_text n where n.id = any(:ids::int[]);
