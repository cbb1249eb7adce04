"""Web sites of members: which may show our forms within their pages; and the rules of competence, which the shared page tells everybody."""

from migrations.run import run

revision = "0024"
down_revision = "0023"

SQL = """
-- The web sites that may show the public forms of a collectivity within their pages; those of the agency may show everybody's.
create table web_site (
    collectivity_id int not null references collectivity (id),
    origin text not null check (origin ~ '^https?://[a-z0-9.-]+(:[0-9]{1,5})?$'),   -- as a browser says it: https://www.ville.example
    made_at timestamptz not null,
    made_by int references agent (id),
    primary key (collectivity_id, origin)
);
call protect('web_site');
-- Every answer that may be framed names them in a header: they are no secret.
create policy public on web_site for select to grc_web, grc_citizen using (true);
create policy authors on web_site for insert to grc_web with check (collectivity_id = any((select scope_collectivities())::int[]));
create policy authors_remove on web_site for delete to grc_web using (collectivity_id = any((select scope_collectivities())::int[]));
grant select on web_site to grc_citizen;
grant select, insert, delete on web_site to grc_web;

-- Who is competent for what, where, is told to whoever asks the shared page; who wrote a rule is not.
create policy public on competence for select to grc_citizen using (true);
grant select (collectivity_id, id, title, types, words, communes, epci, who, competent_id, body_name, body_email, body_address, begins_on,
              ends_on, active, example) on competence to grc_citizen;
"""


def upgrade() -> None:
    run(SQL)
