-- name: say(collectivity_id, channel, account, to_addr, subject, body_text, buttons, now)!
-- Writes a prompt and its delivery.
with said as (
    insert into prompt (collectivity_id, subject, body_text, buttons, made_at)
    values (:collectivity_id, :subject, :body_text, :buttons, :now) returning id
)
insert into outgoing (collectivity_id, prompt_id, channel, account, to_addr, automatic, state, due, created_at)
select :collectivity_id, said.id, :channel, :account, :to_addr, false, 'created', :now, :now from said;
