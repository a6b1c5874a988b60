"""Disks that fill up, folders that vanish, processes that die: the server lives and nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX"),
]


def fill(folder: Path, count: int, words: int = 12) -> None:
    """Many small files, each with a word of its own."""
    for number in range(count):
        text = " ".join(f"word{number + at}" for at in range(words))
        (folder / f"note{number:04}.md").write_text(f"# Note {number}\n\nspecial{number}x {text}.\n")


def test_a_full_disk_takes_no_answer_away_and_everything_goes_on_when_there_is_room(launch, course: Path, soon) -> None:
    resource = pytest.importorskip("resource")
    with launch() as server:
        server.index()
        unlimited = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (4_096, unlimited[1]))

        done = server.ask("What is an outlier?")
        assert done["type"] == "done"
        assert "far away from the others" in done["answer"]["text"]
        assert done["notice"].startswith("This answer is not in the history: There is no room left")
        assert str(server.home) not in done["notice"]
        assert server.found("tidy data")[0] == "glossary.md"
        (course / "more.md").write_text("# Flood\n\nThe flood is over.\n")
        code, message = server.refused("sources", path="more.md")
        assert code == 507
        assert "free some space" in message
        assert server.state() == "ready"

        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert server.index()["state"] == "done"
        assert "more.md" in server.found("flood")
        assert server.ask("What is an outlier?")["notice"] is None


def test_the_index_folder_may_vanish_at_any_time(launch, cli, soon, home: Path) -> None:
    with launch() as server:
        server.index()
        shutil.rmtree(home / "indexes")
        (server.root / "late.md").write_text("# Okapi\n\nThe okapi comes after the loss.\n")
        soon(lambda: server.finds("okapi", "late.md") and server.finds("outlier", "glossary.md"))
        soon(lambda: server.get("status")["library"]["degraded"] is None)
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(20)
    shutil.rmtree(home / "indexes")
    found = json.loads(cli("search", "okapi", "--k", "1", "--json").stdout)
    assert [result["path"] for result in found["results"]] == ["course/late.md"]
    assert found["legs"] == ["lexical", "vector"]


def test_a_manifest_of_zeros_is_healed_before_the_command_line_searches(cli, home: Path) -> None:
    assert cli("index", "course").returncode == 0
    for manifest in home.glob("indexes/vector-*/**/_versions/*"):
        manifest.write_bytes(bytes(manifest.stat().st_size))
    found = json.loads(cli("search", "outlier", "--k", "1", "--json").stdout)
    assert found["legs"] == ["lexical", "vector"]
    assert "degraded" not in cli("status").stdout


def test_a_truncated_database_is_named_with_its_doctor_who_brings_it_back(cli, home: Path) -> None:
    assert cli("index", "course").returncode == 0
    database = home / "devassist.sqlite"
    os.truncate(database, database.stat().st_size // 2)
    refused = cli("search", "outlier")
    assert refused.returncode == 1
    assert refused.stderr == (
        "jupyter devassist: home/devassist.sqlite is damaged (database disk image is malformed): run `jupyter "
        "devassist doctor`, which repairs it or restores the newest good snapshot\n"
    )
    assert "was restored; index your folders again" in " ".join(cli("doctor").stdout.split())
    assert "course/glossary.md" in cli("search", "outlier").stdout


def test_a_server_with_a_broken_library_lives_and_opens_it_after_the_doctor(launch, cli, home: Path, soon) -> None:
    cli("index", "course")
    database = home / "devassist.sqlite"
    os.truncate(database, database.stat().st_size // 2)
    with launch(state="failed") as server:
        code, message = server.refused("search", query="outlier")
        assert (code, "jupyter devassist doctor" in message, str(home) in message) == (500, True, False)
        assert server.get("status")["message"] == message
        assert cli("doctor").returncode == 0
        soon(lambda: server.finds("outlier", "glossary.md"))


def test_a_data_folder_that_cannot_be_written_is_said_to_be_so(launch, cli, home: Path) -> None:
    home.write_text("a file in the way")
    refused = cli("status", data=home / "home")
    assert refused.returncode == 1
    assert refused.stderr.startswith("jupyter devassist: The data folder home cannot be used (")
    with launch(state="failed") as server:
        code, message = server.refused("ask", text="why?")
        assert (code, message.startswith("The data folder home cannot be used (")) == (403, True)


def test_a_data_folder_may_have_any_name(cli, tmp_path: Path) -> None:
    odd = tmp_path / "my dätä (ß) 'quoted' 100% #1"
    assert cli("index", "course", data=odd).returncode == 0
    assert "course/glossary.md" in cli("search", "outlier", data=odd).stdout
    assert cli("doctor", data=odd).returncode == 0


def test_a_second_server_takes_over_from_one_that_was_killed(launch, cli) -> None:
    with launch() as first:
        first.index()
        with launch(state="client") as second:
            assert second.found("outlier")[0] == "glossary.md"
            killed_at = time.monotonic()
            first.process.kill()
            first.process.wait()
            while second.state() != "ready" or not second.api.post("search", json={"query": "outlier"}).is_success:
                assert time.monotonic() - killed_at < 10
            assert second.found("outlier")[0] == "glossary.md"
            assert "course/glossary.md" in cli("search", "outlier").stdout


def test_every_command_works_through_the_server_that_owns_the_library(launch, cli, course: Path) -> None:
    with launch() as server:
        (course / "okapi.md").write_text("# Okapi\n\nThe okapi lives in the forests of the Congo.\n")
        indexed = cli("index", "course")
        assert (indexed.returncode, indexed.stderr) == (0, "")
        assert indexed.stdout.startswith("course: 4 files, ")
        assert "course/okapi.md" in cli("search", "okapi", "--k", "1").stdout
        asked = cli("ask", "Where does the okapi live?", "--json")
        assert (asked.returncode, asked.stderr) == (0, "")
        assert json.loads(asked.stdout)["citations"][0]["path"] == "course/okapi.md"
        assert "documents     4 (4 indexed)" in cli("status").stdout
        refused = cli("search", "okapi", "--collection", "nope")
        assert (refused.returncode, "no collection named 'nope'" in refused.stderr) == (1, True)
        assert "stop JupyterLab, then run the doctor again" in cli("doctor").stderr
        assert server.found("okapi")[0] == "okapi.md"


def test_indexing_that_a_kill_interrupts_goes_on_at_the_next_start(launch, course: Path, soon) -> None:
    fill(course, 400)
    with launch() as server:
        job = server.post("sources", path="")
        soon(lambda: server.get("documents?limit=1")["total"] > 8)
        server.process.kill()
        server.process.wait()
    with launch() as server:
        ended = soon(lambda: server.ended(job["id"]))
        assert ended["state"] == "done"
        assert server.get("documents?limit=1&state=indexed")["total"] == 403
        assert server.found("special399x")[0] == "note0399.md"


def test_a_job_that_is_cancelled_keeps_what_it_has_and_goes_on_when_resumed(launch, course: Path, soon) -> None:
    fill(course, 400)
    with launch() as server:
        job = server.post("sources", path="")
        soon(lambda: server.get("documents?limit=1")["total"] > 8)
        cancelled = server.post(f"jobs/{job['id']}/cancel")
        assert cancelled["state"] == "cancelled"
        assert cancelled["message"].endswith("resume to go on.")
        assert 0 < server.get("documents?limit=1")["total"] < 403
        server.post(f"jobs/{job['id']}/resume")
        assert soon(lambda: server.ended(job["id"]))["state"] == "done"
        assert server.get("documents?limit=1&state=indexed")["total"] == 403


def test_a_folder_may_be_deleted_while_it_is_indexed(launch, course: Path, soon) -> None:
    (course / "many").mkdir()
    fill(course / "many", 300)
    with launch() as server:
        job = server.post("sources", path="many")
        soon(lambda: server.get("documents?limit=1")["total"] > 8)
        shutil.rmtree(course / "many")
        ended = soon(lambda: server.ended(job["id"]))
        assert ended["state"] in ("done", "failed")
        assert "Traceback" not in server.log.read_text()
        assert server.index("glossary.md")["state"] == "done"
        assert server.found("outlier")[0] == "glossary.md"


def test_files_from_before_and_after_all_time_are_indexed(cli, course: Path) -> None:
    for name, moment in (("old.md", -(2**33)), ("new.md", 2**34 - 1), ("far.md", 2**40)):
        (course / name).write_text(f"# {name}\n\nThe {name[:3]} mammoth.\n")
        try:
            os.utime(course / name, (moment, moment))
        except OSError:
            (course / name).unlink()
    done = cli("index", "course")
    assert done.returncode == 0, done.stderr
    assert "left out" not in done.stdout
