"""The server extension: from options to the house, its routes, and its life beside Jupyter Server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from jupyter_events import EventLogger
from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp

from . import __version__
from .config import Settings, new_assist
from .server.events_bridge import bridge
from .server.forward import Forwarder
from .server.handler import Door
from .server.identity import LOCAL
from .server.kernels import KernelTickets
from .server.root import Root
from .server.routes import routes
from .server.tickets import Tickets, write_private

log = logging.getLogger(__name__)

STOP_SECONDS = 15.0
OWNER_POLL_SECONDS = 0.25
_EVERYWHERE = ("", "0.0.0.0", "::", "*")  # noqa: S104 - recognised, not bound to


class DevAssistApp(Settings, ExtensionApp):
    """Ask your own notebooks, notes, PDFs and code; answers cite the exact cell, page or line."""

    name = "jupyter_devassist"
    version = __version__
    load_other_extensions = True

    def initialize_settings(self) -> None:
        """Build the door; nothing is opened yet."""
        server = self._server
        self.assist = new_assist(self)
        self.tickets = Tickets(
            folder=Path(server.runtime_dir) / "devassist",
            address=self._address,
            is_running=server.kernel_manager.__contains__,
            clock=self.assist.clock,
        )
        self._kernels = KernelTickets(
            tickets=self.tickets,
            kernels=server.kernel_manager,
            provider=server.identity_provider,
            logger=self._bus,
        )
        self._starting: asyncio.Task[None] | None = None
        self._announcing: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def initialize_handlers(self) -> None:
        door = Door(
            assist=self.assist,
            root=Root(self._root(), hidden_allowed=bool(getattr(self._server.contents_manager, "allow_hidden", False))),
            tickets=self.tickets,
            forwarder=Forwarder(self.assist.paths.owner),
            wake=self._wake,
        )
        self.handlers.extend(routes(door))

    async def _start_jupyter_server_extension(self, serverapp: object) -> None:
        """Stand by. The first request opens the house, so that a server nobody asks pays next to nothing for it."""
        for handler in self._server.log.handlers:
            logging.getLogger(__package__).addHandler(handler)
        self._unsubscribe = bridge(self.assist.events, self._bus)
        self._kernels.start()

    async def stop_extension(self) -> None:
        """Close in reverse order; what does not close in time is left to the operating system, and said so."""
        for task in (self._announcing, self._starting):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._kernels.stop()
        try:
            await asyncio.wait_for(self.assist.stop(), STOP_SECONDS)
        except TimeoutError:
            log.warning(
                "The assistant did not close within %d s; unfinished work goes on at the next start.", STOP_SECONDS
            )
        if self._unsubscribe is not None:
            self._unsubscribe()
        for handler in self._server.log.handlers:
            logging.getLogger(__package__).removeHandler(handler)

    def _wake(self) -> asyncio.Future[None]:
        """Begin to open the house unless that has been done; what is returned ends when it stands or cannot be had."""
        if self._starting is None or (self._starting.done() and self.assist.wants_another_try):
            self._starting = asyncio.create_task(self._open(), name="devassist-open")
            self._announcing = asyncio.create_task(self._announce(self._starting), name="devassist-announce")
        return asyncio.shield(self._starting)

    async def _open(self) -> None:
        try:
            await self.assist.start(wait=False)
        except Exception:
            log.exception("The assistant could not be opened")

    async def _announce(self, starting: asyncio.Task[None]) -> None:
        """Tell other processes of this machine how to reach the owner of the data folder, once that is us."""
        await starting
        try:
            while not self.assist.is_settled:  # noqa: ASYNC110 - a file lock rings no bell
                await asyncio.sleep(OWNER_POLL_SECONDS)
            if not self.assist.is_owner:
                return
            ticket = self.tickets.mint_owner(LOCAL)
            write_private(self.assist.paths.owner, {**self._address(), "ticket": ticket})
        except Exception:
            log.exception("Other processes cannot reach the assistant through this server")

    @property
    def _server(self) -> ServerApp:
        return cast(ServerApp, self.serverapp)

    @property
    def _bus(self) -> EventLogger:
        return cast(EventLogger, self._server.event_logger)

    def _root(self) -> Path:
        return Path(self._server.root_dir).resolve()

    def _address(self) -> dict[str, str | None]:
        """Where this server is reached from its own machine."""
        server = self._server
        url = server._get_urlparts(path=server.base_url, ip="127.0.0.1" if server.ip in _EVERYWHERE else server.ip)
        return {"url": url.geturl(), "root": str(self._root()), "certificate": server.certfile or None}
