"""The house as a whole: opened, given up half-way, opened again."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import pytest

from jupyter_devassist.assist import Assist
from jupyter_devassist.config import Settings, new_assist
from jupyter_devassist.knowledge.reading import Reader, ReadingLimits
from jupyter_devassist.plugins import Plugins


class SlowPlugins(Plugins):
    """Plugins that take as long as one likes."""

    def __init__(self) -> None:
        super().__init__(installed=False)
        self.entered, self.gate = threading.Event(), threading.Event()

    def readers(self) -> list[Reader]:
        self.entered.set()
        assert self.gate.wait(30)
        return super().readers()


def open_files(folder: Path) -> list[str]:
    """What this process holds open below a folder."""
    held = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            held.append(str(descriptor.readlink()))
        except FileNotFoundError:  # the listing's own
            continue
    return [path for path in held if path.startswith(str(folder))]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_opening_that_is_given_up_lets_go_of_the_folder_once_nothing_of_it_is_open(home: Path) -> None:
    async def main() -> None:
        plugins = SlowPlugins()
        assist = Assist(
            home=home,
            embedder="",
            embedder_threads=1,
            watch=False,
            limits=ReadingLimits(),
            max_question_chars=1_000,
            undo_seconds=1.0,
            plugins=plugins,
        )
        opening = asyncio.create_task(assist.start(wait=False))
        await asyncio.to_thread(plugins.entered.wait, 30)
        opening.cancel()
        assert not (await asyncio.wait([opening], timeout=0.2))[0]
        plugins.gate.set()
        with pytest.raises(asyncio.CancelledError):
            await opening
        await assist.stop()
        assert open_files(home) == []
        again = new_assist(Settings(home=str(home), watch=False))
        await again.start(wait=True)
        await again.stop()
        assert open_files(home) == []

    asyncio.run(main())
