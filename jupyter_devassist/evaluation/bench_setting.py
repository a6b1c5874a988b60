"""What every measurement is given, and how it opens a house."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from ..assist import Assist
from ..clock import Clock
from ..errors import NotFound
from ..knowledge.reading import ReadingLimits
from ..values import Actor

MAX_QUESTION_CHARS = 50_000


class Setting(NamedTuple):
    """Where and how to measure. ``scratch`` is empty at first and is thrown away afterwards; ``cache`` is kept."""

    eval_dir: Path | None
    scratch: Path
    cache: Path | None
    full: bool
    clock: Clock
    say: Callable[[str], None]

    def need(self, *parts: str) -> Path:
        """A file or folder of the retrieval sets; raises NotFound in words for who has none."""
        if self.eval_dir is None:
            raise NotFound("It needs a folder of retrieval sets; name it with --eval-dir.")
        path = self.eval_dir.joinpath(*parts)
        if not path.exists():
            raise NotFound(f"{path} does not exist; --eval-dir should name a folder that holds {'/'.join(parts)}.")
        return path


ASKER = Actor(name="bench", root=Path("/"))


@asynccontextmanager
async def opened(home: Path, *, watch: bool, threads: int = 0) -> AsyncIterator[Assist]:
    """A house with the default options, ready to search by words and by meaning."""
    assist = Assist(
        home=home,
        embedder="",
        embedder_threads=threads,
        watch=watch,
        limits=ReadingLimits(),
        max_question_chars=MAX_QUESTION_CHARS,
        undo_seconds=0,
    )
    await assist.start(wait=True)
    try:
        await assist.knowledge.settled()
        yield assist
    finally:
        await assist.stop()
