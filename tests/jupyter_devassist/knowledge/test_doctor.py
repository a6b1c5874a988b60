from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from jupyter_devassist.knowledge.doctor import examine
from jupyter_devassist.storage.doctor import Finding


def states(findings: list[Finding]) -> dict[str, str]:
    return {finding.what: finding.state for finding in findings}


def did(findings: list[Finding], what: str) -> str:
    return next(finding.did for finding in findings if finding.what == what)


class Patient:
    """A filled library, closed, with one snapshot."""

    def __init__(self, shelf: Any) -> None:
        self.shelf = shelf
        self.paths = shelf.paths
        shelf.open().fill()
        shelf.close()
        self.examine()

    def examine(self, *, rebuild: bool = False) -> list[Finding]:
        return examine(self.paths, self.shelf.clock, embedder=None, rebuild=rebuild)

    def is_well(self) -> bool:
        return set(states(self.examine()).values()) == {"ok"}

    def answers(self) -> bool:
        self.shelf.open()
        found = self.shelf.by_words("passage3x1"), self.shelf.by_meaning("passage3x1 about topic3")[:1]
        self.shelf.close()
        return found == (["passage3x1 about topic3"], ["passage3x1 about topic3"])


@pytest.fixture
def patient(shelf: Any) -> Patient:
    return Patient(shelf)


def test_a_healthy_library_is_left_as_it_is(patient: Patient) -> None:
    before = sorted(path.name for path in patient.paths.indexes.iterdir())
    assert states(patient.examine()) == {
        "Database": "ok",
        "Library": "ok",
        "Word index": "ok",
        "Vector index": "ok",
        "Snapshot": "ok",
    }
    assert sorted(path.name for path in patient.paths.indexes.iterdir()) == before


def test_an_empty_data_folder_is_healthy(shelf: Any) -> None:
    findings = examine(shelf.paths, shelf.clock, embedder=None, rebuild=False)
    assert set(states(findings).values()) == {"ok"}


def test_a_rebuild_can_be_asked_for(patient: Patient) -> None:
    findings = patient.examine(rebuild=True)
    assert states(findings)["Word index"] == states(findings)["Vector index"] == "repaired"
    assert "asked for" in did(findings, "Word index")
    assert patient.answers()


def test_differences_that_opening_does_not_notice_are_found_and_healed(patient: Patient) -> None:
    with patient.shelf.library.database.write() as connection:
        connection.exec_driver_sql("UPDATE chunks SET text = 'changed behind our back' WHERE key = 7")
        connection.exec_driver_sql("UPDATE documents SET chunk_count = 99, state = 'lexical' WHERE key = 3")
    patient.shelf.close()
    findings = patient.examine()
    assert states(findings)["Library"] == "repaired"
    assert "1 wrong passage counts" in did(findings, "Library")
    patient.shelf.open()
    assert patient.shelf.by_words("behind our back") == ["changed behind our back"]
    patient.shelf.close()
    assert patient.is_well()


@pytest.mark.parametrize("target, what", [("lexical", "Word index"), ("vector", "Vector index")])
def test_a_deleted_index_is_rebuilt(patient: Patient, target: str, what: str) -> None:
    shutil.rmtree(patient.paths.indexes / f"{target}-1")
    findings = patient.examine()
    assert states(findings)[what] == "repaired"
    assert "missing" in did(findings, what)
    assert patient.answers()
    assert patient.is_well()


def test_a_flipped_bit_in_the_vectors_is_found_and_healed(patient: Patient) -> None:
    for path in patient.paths.indexes.glob("vector-1/chunks.lance/data/*"):
        content = bytearray(path.read_bytes())
        first = content.find(patient.shelf.vector("passage3x1 about topic3").astype("<f2").astype("<f4").tobytes())
        content[first + 2] ^= 0x40
        path.write_bytes(content)
    patient.shelf.open()
    assert patient.shelf.indexes.degraded is None, "opening does not read everything"
    patient.shelf.close()
    findings = patient.examine()
    assert states(findings)["Vector index"] == "repaired"
    assert did(findings, "Vector index").startswith("1 entries differed")
    assert patient.is_well()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:40960] = b"\xff" * 32768
    path.write_bytes(content)


def scribble(path: Path) -> None:
    path.write_bytes(b"dear diary " * 1000)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [truncate, overwrite, scribble, empty, Path.unlink])
def test_a_damaged_database_is_set_aside_and_the_snapshot_takes_its_place(patient: Patient, damage: Any) -> None:
    damage(patient.paths.database)
    was_there = patient.paths.database.exists()
    findings = patient.examine()
    assert states(findings)["Database"] == "repaired"
    assert "the snapshot devassist-" in did(findings, "Database")
    assert bool(list(patient.paths.home.glob("devassist-damaged-*"))) == was_there
    assert patient.answers()
    assert patient.is_well()


def test_without_a_snapshot_the_library_starts_empty_and_says_so(patient: Patient) -> None:
    shutil.rmtree(patient.paths.snapshots)
    scribble(patient.paths.database)
    findings = patient.examine()
    assert states(findings)["Database"] == "failed"
    assert "add your folders again" in did(findings, "Database")
    assert patient.is_well()


def test_a_database_of_a_newer_version_is_left_alone(patient: Patient) -> None:
    with patient.shelf.library.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    patient.shelf.close()
    findings = patient.examine()
    assert states(findings) == {"Database": "failed"}
    assert "newer jupyter-devassist" in did(findings, "Database")
