"""Runs readers in a child process that is killed when it costs too much."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer

import msgspec

from ..errors import AssistError, ReaderTimeout, TooLarge, Unreadable, Unsupported
from .model import Reading
from .reader_child import Answer, Broken, Request, read_frame, write_frame
from .reading import Reader, ReadingLimits, in_megabytes

_PROGRAM = """
import sys
sys.path[:] = sys.argv[1:]
from jupyter_devassist.knowledge.reader_child import serve
serve()
"""
_START_SECONDS = 60.0
_DOCUMENTS_PER_CHILD = 100
"""Parsers of foreign formats leak; a fresh process costs a fifth of a second."""
_IDLE_SECONDS = 30.0
_BYTES_PER_CHARACTER = 4
_REFUSALS: dict[str, type[AssistError]] = {error.code: error for error in (TooLarge, Unreadable, Unsupported)}


class ReaderProcess:
    """One warm child for all isolated readers; documents wait for each other, and so does every thread."""

    def __init__(self, idle_seconds: float = _IDLE_SECONDS, documents_per_child: int = _DOCUMENTS_PER_CHILD) -> None:
        self._idle_seconds = idle_seconds
        self._documents_per_child = documents_per_child
        self._lock = Lock()
        self._child: _Child | None = None
        self._idle_timer: Timer | None = None

    def read(self, reader: Reader, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        """Read a document there; raise an AssistError with the reason when the child had to be given up."""
        with self._lock:
            self._stop_idle_timer()
            child = self._child
            if child is None or child.limits != limits or not child.is_alive():
                self._drop()
                child = self._child = _Child(limits)
            try:
                answer = child.ask(reader, path, content)
            except BaseException:
                self._drop()
                raise
            if child.document_count >= self._documents_per_child or answer.spent:
                self._drop()
            else:
                self._start_idle_timer(child)
        if answer.reading is None:
            raise _REFUSALS.get(answer.code, Unreadable)(answer.message)
        return answer.reading

    def close(self) -> None:
        """End the child; a later read starts another."""
        with self._lock:
            self._stop_idle_timer()
            self._drop()

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _start_idle_timer(self, child: _Child) -> None:
        self._idle_timer = Timer(self._idle_seconds, self._drop_if_idle, (child, child.document_count))
        self._idle_timer.daemon = True
        self._idle_timer.start()

    def _stop_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None

    def _drop_if_idle(self, child: _Child, document_count: int) -> None:
        with self._lock:
            if self._child is child and child.document_count == document_count:
                self._drop()


class _Child:
    def __init__(self, limits: ReadingLimits) -> None:
        self.limits = limits
        self.document_count = 0
        self._out_of_time = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-B", "-c", _PROGRAM, *(entry for entry in sys.path if entry)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            self._exchange(msgspec.msgpack.encode(limits), b"", _START_SECONDS, 1_000)
        except (Broken, OSError):
            self.kill()
            raise Unreadable(f"The process that reads PDF and DOCX files did not start{self._ending()}.") from None

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, reader: Reader, path: Path, content: bytes) -> Answer:
        """Have one document read within the time limit."""
        self.document_count += 1
        kind = type(reader)
        request = Request(module=kind.__module__, name=kind.__qualname__, path=str(path))
        most = self.limits.characters * _BYTES_PER_CHARACTER * 2
        seconds = self.limits.seconds
        try:
            frame = self._exchange(msgspec.msgpack.encode(request), content, seconds, most)
            return msgspec.msgpack.decode(frame, type=Answer)
        except msgspec.MsgspecError:
            raise Unreadable(f"{path} cannot be read: its reader gave a broken answer.") from None
        except (Broken, OSError):
            self.kill()
        if self._out_of_time:
            raise ReaderTimeout(f"{path} took longer than {seconds:g} seconds to read; split it or exclude it.")
        memory = in_megabytes(self.limits.memory_bytes)
        raise Unreadable(
            f"{path} cannot be read: its reader was stopped{self._ending()}. The file is damaged or needs more than "
            f"{memory} of memory; save it anew or exclude it."
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was still buffered for the dead child
                    continue

    def _exchange(self, request: bytes, content: bytes, seconds: float, most: int) -> bytes:
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise Broken
        timer = Timer(seconds, self._run_out)
        timer.daemon = True
        timer.start()
        try:
            write_frame(requests, request)
            write_frame(requests, content)
            requests.flush()
            return read_frame(answers, most)
        finally:
            timer.cancel()

    def _run_out(self) -> None:
        self._out_of_time = True
        self._process.kill()

    def _ending(self) -> str:
        code = self._process.poll()
        if code is None or code >= 0 or code == -signal.SIGTERM:
            return ""
        try:
            return f" by {signal.Signals(-code).name}"
        except ValueError:
            return ""
