-- name: ask(name, older, states, said, now)$
-- Asks for the open requests on a version of a type, in these states, to come to another one; how many.
select ask_moves(:name::text, :older::int, :states::text[], :said::jsonb, :now::timestamptz);
