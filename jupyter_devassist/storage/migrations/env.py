"""What Alembic runs: the migrations go through the connection that was handed over."""

from __future__ import annotations

from alembic import context

from jupyter_devassist.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
