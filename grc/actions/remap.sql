-- name: ask(name, older, states, said, now)$
-- Asks for the open requests on a version of a type, in these states, to come to another one; how many.
select ask_moves(:name::text, :older::int, :states::text[], :said::jsonb, :now::timestamptz);

-- name: narrow(homes)$
-- Narrows the scope of this transaction to these collectivities: in others one may work without being their administrator.
select set_config('grc.cols', (:homes::int[])::text, true);
