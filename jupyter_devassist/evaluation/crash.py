"""Kills a writing process at random, again and again, and counts what was lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from statistics import median
from subprocess import PIPE
from typing import IO, NamedTuple, cast

import msgspec

from ..clock import Clock
from ..values import Value
from .crash_child import MOMENTS, Acknowledged, Begun, Embedded, Found, Orders, Report

# While one child writes and dies, the next ones import what they need.
_CHILDREN_READY = 2
_LONGEST_SECONDS = 0.8
_EARLY_SECONDS = 0.1
_EARLY_SHARE = 0.3
_ARMED_SHARE = 0.5
_MOMENT_SECONDS = 2.0
"""How long a moment may take to come before the child is killed wherever it is."""


class CrashFigures(Value):
    """What came of it. ``lost`` has to be 0 and ``inconsistent`` empty."""

    kill_count: int
    kills_by_moment: dict[str, int]
    kills_while_opening: int
    acknowledged_count: int
    lost: list[str]
    """Acknowledged writes that were not there after a kill, in words."""
    check_count: int
    inconsistent: list[str]
    """Checks in which an index or the database's rows contradicted each other, in words."""
    rebuild_count: int
    """How often an index was found damaged on opening, and rebuilt."""
    ready_p50_seconds: float
    ready_max_seconds: float
    """From the start, with libraries imported, until searches are answered."""
    seconds: float


class _Expected:
    """What has to be in the library, and the one write that may or may not be."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[int, str]] = {}
        self.embedded: set[str] = set()
        self.open: Begun | None = None
        self.acknowledged = 0

    def note(self, report: Report) -> None:
        match report:
            case Begun():
                self.open = report
            case Acknowledged():
                self._settle()
                self.acknowledged += 1
            case Embedded(texts=texts):
                self.embedded.update(texts)
                self.acknowledged += 1

    def compare(self, found: Found) -> list[str]:
        """What was lost or came from nowhere; what was open is settled by what is found."""
        if self.open is not None and found.documents.get(self.open.document) == _after(self.open):
            self._settle()
        self.open = None
        ids = sorted(self.documents.keys() | found.documents.keys())
        lost = [
            f"{name}: {self.documents.get(name)} was acknowledged, {found.documents.get(name)} is there"
            for name in ids
            if self.documents.get(name) != found.documents.get(name)
        ]
        lost += [f"the vector of {text}" for text in found.texts_without_vectors if text in self.embedded]
        self.documents = dict(found.documents)
        return lost

    def _settle(self) -> None:
        if self.open is not None:
            after = _after(self.open)
            if after is None:
                self.documents.pop(self.open.document, None)
            else:
                self.documents[self.open.document] = after
        self.open = None


class _Life(NamedTuple):
    """One child from its orders to its death."""

    found: Found | None
    """None when it died before it had opened the library."""
    lost: list[str]


def run(home: Path, kill_count: int, seed: int) -> CrashFigures:
    """Kill a process that writes to a library in ``home``, over and over; repeatable but for timing."""
    random, clock, expected = Random(seed), Clock(), _Expected()  # noqa: S311
    started = clock.monotonic()
    lives: list[_Life] = []
    moments: dict[str, int] = {}
    with closing(_children()) as children:
        for _ in range(kill_count):
            moment = random.choice(MOMENTS) if random.random() < _ARMED_SHARE else None
            is_early = moment is None and random.random() < _EARLY_SHARE
            orders = Orders(home=str(home), seed=random.randrange(2**32), moment=moment, hits=random.randint(1, 4))
            delay = _MOMENT_SECONDS if moment else random.uniform(0.0, _EARLY_SECONDS if is_early else _LONGEST_SECONDS)
            lives.append(_live(next(children), orders, expected, delay, from_orders=is_early))
            moments[moment or "any"] = moments.get(moment or "any", 0) + 1
        last = Orders(home=str(home), seed=0, moment=None, hits=0)
        lives.append(_live(next(children), last, expected, 0.0, from_orders=False))
    opened = [life.found for life in lives if life.found is not None]
    return CrashFigures(
        kill_count=kill_count,
        kills_by_moment=moments,
        kills_while_opening=len(lives) - len(opened),
        acknowledged_count=expected.acknowledged,
        lost=[sentence for life in lives for sentence in life.lost],
        check_count=len(opened),
        inconsistent=[sentence for found in opened for sentence in _contradictions(found)],
        rebuild_count=sum(len(found.troubles) for found in opened),
        ready_p50_seconds=median(found.seconds for found in opened),
        ready_max_seconds=max(found.seconds for found in opened),
        seconds=clock.monotonic() - started,
    )


def _live(
    child: subprocess.Popen[bytes], orders: Orders, expected: _Expected, delay: float, *, from_orders: bool
) -> _Life:
    """Let a child open the library and write, and kill it ``delay`` seconds after its orders or its first report."""
    stdin, stdout = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    killer = threading.Timer(delay, child.kill)
    found, lost = None, []
    try:
        with suppress(BrokenPipeError):  # it has died while importing, and is asked why when it is buried
            stdin.write(msgspec.json.encode(orders) + b"\n")
            stdin.flush()
        if from_orders:
            killer.start()
        for line in stdout:
            if not line.endswith(b"\n"):
                break
            report = msgspec.json.decode(line, type=Report)
            if isinstance(report, Found):
                found, lost = report, expected.compare(report)
                if not from_orders:
                    killer.start()
            else:
                expected.note(report)
    finally:
        killer.cancel()
        child.kill()
    _bury(child)
    return _Life(found, lost)


def _contradictions(found: Found) -> list[str]:
    return [
        *(f"{name}: {count} entries differ" for name, count in found.differences.items() if count),
        *(f"{document}: its passages are not those of its version" for document in found.wrong_texts),
        *found.faults,
    ]


def _children() -> Generator[subprocess.Popen[bytes]]:
    """Children that have imported everything and wait for orders."""
    waiting: deque[subprocess.Popen[bytes]] = deque()
    command = [sys.executable, "-m", "jupyter_devassist.evaluation.crash_child"]
    try:
        while True:
            while len(waiting) <= _CHILDREN_READY:
                waiting.append(subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE))
            yield waiting.popleft()
    finally:
        for child in waiting:
            child.kill()
            _bury(child, was_killed=True)


def _bury(child: subprocess.Popen[bytes], *, was_killed: bool = False) -> None:
    """Wait for a dead child; one that did not die by a kill has found a fault of ours."""
    _, complaint = child.communicate()
    if child.returncode != -signal.SIGKILL and not was_killed:
        raise RuntimeError(complaint.decode(errors="replace"))


def _after(begun: Begun) -> tuple[int, str] | None:
    return None if begun.version is None else (begun.version, begun.path)
