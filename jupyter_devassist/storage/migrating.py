"""Bringing a database to the newest schema; imported only when there is something to bring."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from .database import MIGRATIONS


def upgrade(connection: Connection) -> None:
    """Run every migration that is missing, within the connection's open transaction: all of it happens, or none."""
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
