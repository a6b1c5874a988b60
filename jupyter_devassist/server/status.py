"""How the house is doing."""

from __future__ import annotations

from ..assist import Assist, Status
from ..values import Actor
from .operation import operation


@operation("GET", "status", resource="status", action="read")
async def get_status(assist: Assist, actor: Actor) -> Status:
    """The state of the assistant; always answers."""
    return await assist.status(actor)
