"""Gives every kernel of this server its ticket, and takes it back when the kernel ends."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from jupyter_events import EventLogger
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.base.call_context import CallContext
from jupyter_server.services.kernels.kernelmanager import MappingKernelManager

from .identity import LOCAL, name_of
from .tickets import Tickets

KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
RENEWAL_SECONDS = 3600.0


class KernelTickets:
    """Follows the server's kernels from ``start`` to ``stop``."""

    def __init__(
        self, *, tickets: Tickets, kernels: MappingKernelManager, provider: IdentityProvider, logger: EventLogger
    ) -> None:
        self._tickets = tickets
        self._kernels = kernels
        self._provider = provider
        self._logger = logger
        self._renewal: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Kernels that run already get their ticket now."""
        for kernel_id in self._kernels.list_kernel_ids():
            self._tickets.mint_for_kernel(kernel_id, LOCAL)
        self._logger.add_listener(schema_id=KERNEL_ACTIONS, listener=self._on_action)
        self._renewal = asyncio.create_task(self._renew(), name="devassist-tickets")

    def stop(self) -> None:
        self._logger.remove_listener(listener=self._on_action)
        if self._renewal is not None:
            self._renewal.cancel()
        self._tickets.close()

    async def _on_action(self, logger: EventLogger, schema_id: str, data: Mapping[str, str]) -> None:
        kernel_id = data.get("kernel_id")
        if kernel_id is None or data.get("status") != "success":
            return
        if data["action"] in ("start", "restart"):
            self._tickets.mint_for_kernel(kernel_id, self._starter())
        elif data["action"] == "shutdown":
            self._tickets.revoke_kernel(kernel_id)

    def _starter(self) -> str:
        """Who asked for the kernel: the user of the request in whose context the event was emitted."""
        handler = CallContext.get(CallContext.JUPYTER_HANDLER)
        user = getattr(handler, "current_user", None)
        return name_of(user, self._provider) if isinstance(user, User) else LOCAL

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEWAL_SECONDS)
            self._tickets.renew()
