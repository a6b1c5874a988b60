"""The child process in which PDF and DOCX files are read: limits first, then one document after another."""

from __future__ import annotations

import math
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import IO

import msgspec

from ..errors import AssistError
from ..values import Value
from .model import Reading
from .reading import Reader, ReadingLimits, in_megabytes

_LENGTH_BYTES = 8
_MOST_IN = 1 << 40
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_FORBIDDEN = frozenset(
    "os.exec os.fork os.forkpty os.posix_spawn os.spawn os.startfile os.system socket.bind socket.connect "
    "socket.getaddrinfo socket.sendto subprocess.Popen".split()
)


class Request(Value):
    module: str
    name: str
    path: str


class Answer(Value):
    reading: Reading | None = None
    code: str = ""
    message: str = ""
    spent: bool = False
    """Whether the child should not be given another document."""


class Broken(Exception):
    """The other side of the pipe has ended or speaks nonsense."""


def write_frame(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_LENGTH_BYTES, "big"))
    pipe.write(content)


def read_frame(pipe: IO[bytes], most: int) -> bytes:
    head = pipe.read(_LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    if len(head) < _LENGTH_BYTES or length > most:
        raise Broken
    content = pipe.read(length)
    if len(content) < length:
        raise Broken
    return content


def serve() -> None:
    """Answer requests from standard input until it ends."""
    # A library that prints must not write into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    limits = msgspec.msgpack.decode(read_frame(requests, _MOST_IN), type=ReadingLimits)
    read_frame(requests, _MOST_IN)
    _limit(limits)
    sys.addaudithook(_forbid)
    _reply(answers, Answer())
    while True:
        try:
            request = msgspec.msgpack.decode(read_frame(requests, _MOST_IN), type=Request)
            content = read_frame(requests, _MOST_IN)
        except Broken:
            return
        _limit_time(limits.seconds)
        _reply(answers, _answer(request, content, limits))


def _reply(pipe: IO[bytes], answer: Answer) -> None:
    write_frame(pipe, msgspec.msgpack.encode(answer))
    pipe.flush()


def _answer(request: Request, content: bytes, limits: ReadingLimits) -> Answer:
    path = Path(request.path)
    try:
        reader: Reader = getattr(import_module(request.module), request.name)()
        return Answer(reading=reader.read(path, content, limits))
    except AssistError as error:
        return Answer(code=error.code, message=error.message)
    except MemoryError:
        needed = in_megabytes(limits.memory_bytes)
        message = f"{path} needs more than {needed} of memory to be read; split it or exclude it."
        return Answer(code="too_large", message=message, spent=True)
    except Exception as error:  # parsers of foreign formats raise anything
        return Answer(code="unreadable", message=f"{path} cannot be read: {type(error).__name__}: {error}.")


def _limit(limits: ReadingLimits) -> None:
    """No more memory than allowed, no written files, no core dump, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    memory = (limits.memory_bytes, limits.memory_bytes)
    for kind, values in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, (0, 0)), (resource.RLIMIT_CORE, (0, 0))):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, values)


def _limit_time(seconds: float) -> None:
    """The processor time after which the system kills this process even when its parent is gone."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse the network, other programs and written files; a reader needs none of them."""
    if event in _FORBIDDEN:
        raise PermissionError(f"{event} is not allowed to a reader")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
        raise PermissionError("a reader may not write files")
