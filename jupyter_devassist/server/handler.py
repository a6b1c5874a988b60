"""The one handler: authenticate, authorise, decode, run, encode or stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast

import msgspec
from jupyter_server.auth import User
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import ensure_async
from tornado import iostream, web

from ..assist import Assist
from ..errors import AssistError, InvalidInput, TooLarge
from ..values import Actor
from .forward import Forwarder, frames
from .identity import actor_of, actor_of_ticket
from .operation import Operation
from .problems import problem_of, retry_after, status_of
from .root import Root
from .tickets import SCHEME, Grant, Tickets

log = logging.getLogger(__name__)

KEEP_ALIVE_SECONDS = 10.0
STALLED_SECONDS = 30.0
DRAINED_BYTES = 8 * 1024 * 1024
"""A body that is too large is read and thrown away up to here, because who is cut off sees no reason."""


@dataclass(frozen=True, slots=True)
class Door:
    """What every request needs; one per server."""

    assist: Assist
    root: Root
    tickets: Tickets
    forwarder: Forwarder
    wake: Callable[[], Awaitable[None]]
    """Begins to open the house when it is first called; what it returns ends once the house stands."""


@web.stream_request_body
class OperationHandler(APIHandler):
    """Serves every operation of one path. The body is read only once its sender may send it."""

    def initialize(self, door: Door, operations: dict[str, Operation]) -> None:
        self._door = door
        self._operations = operations
        self._grant: Grant | None = None
        self._limit = self._received = 0
        self._body = bytearray()
        self._is_read = False
        self._streaming = False
        self._work: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._reference = door.assist.clock.new_id()[:8]

    async def prepare(self) -> None:  # type: ignore[override]
        """Nothing happens, and no body is read, before the caller is known and allowed."""
        self.request.uri = self.request.path  # what is searched for stays out of the server's log
        if self.request.headers.get("Authorization", "").startswith(SCHEME):
            self._admit_ticket()
        else:
            await super().prepare()
        if self.request.method == "OPTIONS" and (self.allow_origin or self.allow_origin_pat):
            return  # browsers ask without credentials whether a page of another origin may call
        if self.current_user is None:
            raise web.HTTPError(403)
        operation = self._operations.get(self.request.method)
        if operation is None:
            raise web.HTTPError(405)
        await self._authorise(operation)
        self._limit = operation.max_body_bytes
        self._check_announced_body()

    def _admit_ticket(self) -> None:
        """A ticket is as explicit as a token: no cookie is involved, so no XSRF check is."""
        self._grant = self._door.tickets.grant(self.request.headers["Authorization"])
        if not self.check_host() or self._grant is None:
            self.current_user = None
            raise web.HTTPError(403)
        self.current_user = self._jupyter_current_user = User(username=self._grant.actor)

    async def _authorise(self, operation: Operation) -> None:
        if self._grant is not None and not self._grant.allows(operation.scope):
            raise web.HTTPError(403)
        allowed = self.authorizer.is_authorized(self, self.current_user, operation.action, operation.resource)
        if not await ensure_async(allowed):
            raise web.HTTPError(403)

    def _check_announced_body(self) -> None:
        kind = self.request.headers.get("Content-Type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise web.HTTPError(415)
        announced = self.request.headers.get("Content-Length", "0")
        if announced.isdigit() and int(announced) > DRAINED_BYTES:
            raise self._too_large()

    def data_received(self, chunk: bytes) -> None:
        self._received += len(chunk)
        if self._received <= self._limit:
            self._body += chunk
        elif self._received > DRAINED_BYTES and not self._finished:
            error = self._too_large()
            self.send_error(exc_info=(type(error), error, None))

    def _too_large(self) -> TooLarge:
        return TooLarge(f"The request is larger than the {self._limit:,} bytes allowed here.")

    async def _serve(self, *parts: str) -> None:
        self._is_read = True
        operation = self._operations[self.request.method]
        if self._received > self._limit:
            raise self._too_large()
        actor = self._actor()
        root = Root(actor.root, self._door.root.hidden_allowed)
        arguments = self._decode(operation, root)
        opening = self._door.wake()
        if operation.name != "get_status":  # which answers in any state
            await opening
            if self._door.assist.is_client:
                await self._pass_on(operation, parts, actor)
                return
        running = operation.run(self._door.assist, actor, *parts, **arguments)
        if isinstance(running, AsyncIterator):
            await self._stream(_framed(running, root))
        else:
            await self.finish(msgspec.json.encode(await running, enc_hook=root.encode))

    get = post = patch = delete = _serve

    async def _pass_on(self, operation: Operation, parts: tuple[str, ...], actor: Actor) -> None:
        async with self._door.forwarder.send(
            operation.method, operation.address(parts), actor, query=self.request.query, body=bytes(self._body)
        ) as response:
            if operation.is_stream and response.is_success:
                await self._stream(frames(response))
            else:
                self.set_status(response.status_code)
                if "Retry-After" in response.headers:
                    self.set_header("Retry-After", response.headers["Retry-After"])
                await self.finish(await response.aread())

    def _actor(self) -> Actor:
        if self._grant is not None:
            return actor_of_ticket(self._grant, self._door.root.folder, self.request.headers)
        return actor_of(self.current_user, self.identity_provider, self._door.root.folder)

    def _decode(self, operation: Operation, root: Root) -> dict[str, object]:
        try:
            if operation.query is not None:
                known = {field.name for field in msgspec.structs.fields(operation.query)}
                names = known & self.request.query_arguments.keys()
                given = {name: self.get_query_argument(name, strip=False) for name in names}
                return {"query": msgspec.convert(given, operation.query, strict=False, dec_hook=root.decode)}
            if operation.body is not None:
                body = bytes(self._body) or b"{}"
                return {"body": msgspec.json.decode(body, type=operation.body, dec_hook=root.decode)}
        except msgspec.MsgspecError as error:
            raise InvalidInput(f"The request cannot be used: {error}.") from None
        except (UnicodeDecodeError, RecursionError):
            raise InvalidInput("The request cannot be used: it is not UTF-8, or nested too deeply.") from None
        if bytes(self._body).strip() not in (b"", b"{}", b"null"):
            raise InvalidInput("This takes no request body.")
        return {}

    async def _stream(self, frames: AsyncGenerator[bytes]) -> None:
        self._work = work = asyncio.create_task(self._send_all(frames))
        if self._grant is not None:
            self._grant.on_revoke.append(work.cancel)
        try:
            while not (await asyncio.wait({work}, timeout=KEEP_ALIVE_SECONDS))[0]:
                with suppress(iostream.StreamClosedError, TimeoutError):
                    await self._send(b": keep-alive\n\n")
            await work
            await self.finish(set_content_type="text/event-stream")
        except (asyncio.CancelledError, iostream.StreamClosedError, TimeoutError):
            # The reader has gone, has stopped reading, or may no longer listen.
            self.request.connection.stream.close()  # type: ignore[union-attr]
        finally:
            work.cancel()
            if self._grant is not None:
                self._grant.on_revoke.remove(work.cancel)

    async def _send_all(self, frames: AsyncGenerator[bytes]) -> None:
        try:
            async with aclosing(frames):
                async for frame in frames:
                    await self._send(frame)
        except (iostream.StreamClosedError, TimeoutError):
            raise
        except Exception as error:
            if not self._streaming:
                raise
            self.log_exception(type(error), error, error.__traceback__)
            problem = problem_of(error, self._reference)
            await self._send(b'data: {"type":"failed",' + msgspec.json.encode(problem)[1:] + b"\n\n")

    async def _send(self, frame: bytes) -> None:
        """Write and wait until it is out, so that a slow reader slows the writer instead of filling memory."""
        async with self._turn:
            if not self._streaming:
                self._streaming = True
                self.set_header("Content-Type", "text/event-stream")
                self.set_header("Cache-Control", "no-cache, no-transform")
                self.set_header("X-Accel-Buffering", "no")
            self.write(frame)
            await asyncio.wait_for(self.flush(), STALLED_SECONDS)

    def on_connection_close(self) -> None:
        """A reader that went away stops what was being done for it."""
        super().on_connection_close()
        if self._work is not None:
            self._work.cancel()

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        error = (kwargs.get("exc_info") or (None, None))[1]
        super().send_error(status_of(error) if error is not None else status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = (kwargs.get("exc_info") or (None, None))[1] or web.HTTPError(status_code)
        seconds = retry_after(error)
        if seconds is not None:
            self.set_header("Retry-After", str(seconds))
        if not self._is_read:  # Tornado hangs up then, and a caller who is not told would call again on the same line
            self.set_header("Connection", "close")
        self.finish(msgspec.json.encode(problem_of(error, self._reference)))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Refusals are everyday; anything else is a fault, and is logged under the reference its asker sees."""
        if isinstance(value, AssistError | web.HTTPError):
            log.debug("%s %s: %s", self.request.method, self.request.path, status_of(value))
        else:
            log.error("%s %s failed (%s)", self.request.method, self.request.path, self._reference, exc_info=value)


async def _framed(events: AsyncIterator[object], root: Root) -> AsyncGenerator[bytes]:
    async with aclosing(cast("AsyncGenerator[object]", events)):
        async for event in events:
            yield b"data: " + msgspec.json.encode(event, enc_hook=root.encode) + b"\n\n"
