from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.errors import AssistError
from jupyter_devassist.evaluation import freshness_bench, ingest_bench


def test_a_folder_is_taken_in_scanned_and_its_saves_are_found(
    course: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness_bench, "SAVES", 2)
    monkeypatch.setattr(freshness_bench, "RESCANS", 2)
    taken = ingest_bench.measure(course, home, Clock())
    assert taken.file_count == 3
    assert taken.chunk_count == taken.text_count > 3
    assert taken.ratio == taken.seconds / taken.alone_seconds
    before = json.loads((course / "joining.ipynb").read_text())["cells"]
    fresh = freshness_bench.measure(course, home, Clock())
    after = json.loads((course / "joining.ipynb").read_text())["cells"]
    assert (fresh.file_count, fresh.rescan.count, fresh.save.count) == (3, 2, 2)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_without_a_notebook_there_is_nothing_to_save(tmp_path: Path, home: Path) -> None:
    (tmp_path / "notes.md").write_text("# Notes\n\nNothing else.\n")
    with pytest.raises(AssistError, match="no notebook"):
        freshness_bench.measure(tmp_path, home, Clock())
