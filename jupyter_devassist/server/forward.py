"""Passing requests on to the process that owns the data folder, and its replies back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec

from ..errors import OwnedElsewhere
from ..values import Actor, Value
from .identity import ACTOR_HEADER, ROOT_HEADER
from .tickets import SCHEME

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 5.0


class Address(Value):
    """How a server of this machine is reached, and the ticket for it."""

    url: str
    ticket: str
    certificate: str | None = None

    def __repr__(self) -> str:
        return f"Address({self.url})"


class Forwarder:
    """Speaks to the owner of a data folder on behalf of an asker here."""

    def __init__(self, owner_file: Path) -> None:
        self._owner_file = owner_file

    @asynccontextmanager
    async def send(
        self, method: str, path: str, actor: Actor, *, query: str = "", body: bytes = b""
    ) -> AsyncIterator[httpx.Response]:
        """The owner's reply with its body still unread; leaving the context hangs up, which stops a stream."""
        import httpx  # late: most servers own their data folder

        address = self._address()
        client, base = _client(address)
        headers = {
            "Authorization": SCHEME + address.ticket,
            "Content-Type": "application/json",
            ROOT_HEADER: quote(str(actor.root)),
            ACTOR_HEADER: quote(actor.name),
        }
        async with client:
            try:
                url = f"{base}{path}" + (f"?{query}" if query else "")
                async with client.stream(method, url, headers=headers, content=body) as response:
                    yield response
            except httpx.TransportError:
                raise _unreachable() from None

    def _address(self) -> Address:
        try:
            return msgspec.json.decode(self._owner_file.read_bytes(), type=Address)
        except (OSError, msgspec.MsgspecError):
            raise _unreachable() from None


async def frames(response: httpx.Response) -> AsyncGenerator[bytes]:
    """The frames of an event stream, each whole."""
    rest = b""
    async for chunk in response.aiter_raw():
        *whole, rest = (rest + chunk).split(b"\n\n")
        for frame in whole:
            yield frame + b"\n\n"


def _client(address: Address) -> tuple[httpx.AsyncClient, str]:
    import ssl

    import httpx

    timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
    if address.url.startswith("http+unix://"):
        socket, _, path = address.url.removeprefix("http+unix://").partition("/")
        transport = httpx.AsyncHTTPTransport(uds=unquote(socket))
        return httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout), f"http://localhost/{path}"
    verify: ssl.SSLContext | bool = True
    if address.certificate:  # the owner's own certificate, whatever name it was made for
        verify = ssl.create_default_context(cafile=address.certificate)
        verify.check_hostname = False
    return httpx.AsyncClient(trust_env=False, timeout=timeout, verify=verify), address.url


def _unreachable() -> OwnedElsewhere:
    return OwnedElsewhere(
        "Another process owns the assistant's data folder and does not answer; wait until it is done, close it, "
        "or start this server with another data folder (DevAssistApp.home)."
    )
