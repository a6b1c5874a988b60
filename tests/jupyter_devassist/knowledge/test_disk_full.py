"""A disk that really has no room: a child process that may not write beyond a size, over a real library."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from conftest import Shelf
from jupyter_devassist.errors import StorageFull

home, limit = Path(sys.argv[1]), int(sys.argv[3])
shelf = Shelf(home).open()
shelf.fill(3)
ballast = home / "ballast"
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
else:
    ballast.write_bytes(bytes(3_000_000))
saved, refusal = [], None
for number in range(5_000):
    name = f"more{number}.md"
    try:
        shelf.save(name, [f"plenty{number} " + f"word{number} " * 400])
        saved.append(number)
        shelf.embed()
        shelf.indexes.apply()
    except StorageFull as error:
        refusal = error.message
        break
assert refusal is not None and "room" in refusal, refusal
assert shelf.by_words("passage1x1") == ["passage1x1 about topic1"]
assert shelf.by_meaning("passage1x1 about topic1")[0] == "passage1x1 about topic1"
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
ballast.unlink(missing_ok=True)
shelf.save("after.md", ["the flood is over"])
shelf.embed()
shelf.indexes.apply(wait=True)
assert shelf.indexes.troubles() == {}, shelf.indexes.troubles()
assert shelf.by_words("flood") == ["the flood is over"]
for number in saved:
    assert shelf.by_words(f"plenty{number}"), f"{number} was acknowledged"
assert shelf.indexes.differences() == {"word index": 0, "vector index": 0}
shelf.close()
"""


def fill(home: Path, limit: int) -> subprocess.CompletedProcess[str]:
    """Write until there is no room, then make some; a limit of 0 stands for what the disk holds."""
    command = [sys.executable, "-c", FILL, str(home), str(Path(__file__).parent), str(limit)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes are limited by POSIX means")
@pytest.mark.parametrize("limit", [1_000_000, 40_000])
def test_what_finds_no_room_is_refused_and_everything_goes_on_when_there_is_some(tmp_path: Path, limit: int) -> None:
    done = fill(tmp_path / "home", limit)
    assert done.returncode == 0, done.stderr


@pytest.mark.timeout(300)
def test_a_disk_that_really_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=9m", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small disk is not permitted here")
    try:
        done = fill(disk / "home", 0)
        assert done.returncode == 0, done.stderr
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=False)
