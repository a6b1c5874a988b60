"""The commands as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from jupyter_devassist.cli.commands import devassist


def test_a_folder_is_the_same_however_it_is_spelled(
    home: Path, course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(course)
    monkeypatch.chdir(course)
    spellings = [str(course), "../course", "../link", "."]
    result = CliRunner().invoke(devassist, ["index", *spellings, "--home", str(home), "--json"])
    assert result.exit_code == 0, result.output
    reports = json.loads(result.stdout)["reports"]
    assert {(report["path"], report["file_count"]) for report in reports} == {(".", 3)}
    found = CliRunner().invoke(devassist, ["search", "tidy data", "--home", str(home), "--json"])
    assert next(one["path"] for one in json.loads(found.stdout)["results"]) == "glossary.md"
