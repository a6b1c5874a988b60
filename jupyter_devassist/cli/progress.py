"""A progress bar per job at work, on standard error."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from ..jobs.model import Job
from ..values import JobId


class Progress:
    """Shows running jobs as bars; nothing at all when quiet, or when no terminal would show them move."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]} · {task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )
        self._shown: dict[JobId, TaskID] = {}

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def show(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            if job.state == "queued" and job.id not in self._shown:
                continue
            if job.state not in ("queued", "running"):
                if job.id in self._shown:
                    self._bars.remove_task(self._shown.pop(job.id))
                continue
            if job.id not in self._shown:
                self._shown[job.id] = self._bars.add_task(job.title, total=None, unit="", rate="")
            progress = job.progress
            rate = f"{progress.rate_per_second:.0f}/s" if progress.rate_per_second else progress.stage
            self._bars.update(
                self._shown[job.id],
                description=f"{job.title} · {progress.stage}",
                completed=progress.done,
                total=progress.total,
                unit=progress.unit,
                rate=rate,
            )


class Steps:
    """One line on standard error that says what is being done; nothing at all when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._quiet = quiet
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            console=self._console,
            disable=quiet,
            transient=True,
        )
        self._task = self._bars.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def show(self, what: str, done: int | None, total: int | None) -> None:
        self._bars.update(self._task, description=what, completed=done or 0, total=total)

    def note(self, line: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._console.print(line, markup=False)
