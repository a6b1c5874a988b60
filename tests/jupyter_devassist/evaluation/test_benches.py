from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_devassist.clock import Clock
from jupyter_devassist.errors import ModelUnavailable
from jupyter_devassist.evaluation import benches
from jupyter_devassist.evaluation.bench_setting import Setting
from jupyter_devassist.evaluation.figures import Figure, at_most, measured


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    return Setting(eval_dir=None, scratch=tmp_path, cache=None, full=False, clock=Clock(), say=lambda what: None)


def test_what_needs_retrieval_sets_says_so_without_them(setting: Setting) -> None:
    ((name, figures),) = benches.run(["quality"], setting)
    assert name == "quality"
    assert [figure.note for figure in figures] == ["It needs a folder of retrieval sets; name it with --eval-dir."]


def test_an_evaluation_folder_without_a_set_names_what_is_missing(setting: Setting, tmp_path: Path) -> None:
    ((_, figures),) = benches.run(["folder"], setting._replace(eval_dir=tmp_path))
    assert str(tmp_path / "lessons" / "raw") in str(figures[0].note)


def test_one_that_fails_leaves_the_others_alone(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(setting: Setting) -> list[Figure]:
        raise ValueError("no good")

    def missing(setting: Setting) -> list[Figure]:
        raise ModelUnavailable("Install it.")

    def absent(setting: Setting) -> list[Figure]:
        raise ImportError("no module", name="torch")

    def working(setting: Setting) -> list[Figure]:
        assert setting.scratch.is_dir()
        return [measured("one", 1.0, "s", bar=at_most(2.0))]

    rigged = {"broken": broken, "missing": missing, "absent": absent, "working": working}
    monkeypatch.setattr(benches, "BENCHES", rigged)
    found = dict(benches.run(list(rigged), setting))
    assert found["broken"][0].note == "It failed: ValueError: no good"
    assert found["missing"][0].note == "Install it."
    assert found["absent"][0].note == "torch is not installed."
    assert found["working"][0].met is True
    assert list(setting.scratch.iterdir()) == []
    assert "broken" in caplog.text


def test_killing_processes_is_left_for_the_full_run() -> None:
    assert "crash" in benches.names(full=True)
    assert set(benches.names(full=True)) - set(benches.names(full=False)) == {"crash"}
