"""Alembic's entry: it only ever writes a script, which `grc.db.migrate` runs on the driver's own connection.

So there is no engine, no ORM and no second driver here, and what a migration would do can be read before it is done (`grc migrate --sql`).
"""

from __future__ import annotations

from alembic import context

context.configure(dialect_name="postgresql", output_buffer=context.config.output_buffer, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
