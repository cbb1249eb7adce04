-- name: retire(collectivity_id, name)!
-- The words in force of a notice are no longer so; they are kept, since notices were sent with them.
update notice_text set current = false where collectivity_id = :collectivity_id and name = :name and current;

-- name: put(collectivity_id, name, subject, body_text, body_html, now, agent_id)$
-- New words of a notice, in force from now on.
insert into notice_text (collectivity_id, name, subject, body_text, body_html, current, made_at, made_by)
values (:collectivity_id, :name, :subject, :body_text, :body_html, true, :now, :agent_id)
returning id;
