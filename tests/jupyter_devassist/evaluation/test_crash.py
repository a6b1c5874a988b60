from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_devassist.evaluation import crash


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_that_was_acknowledged_is_lost_by_being_killed(tmp_path: Path) -> None:
    figures = crash.run(tmp_path / "home", kill_count=20, seed=20_260_301)
    assert figures.lost == []
    assert figures.inconsistent == []
    assert figures.rebuild_count == 0, "a kill damages no index"
    assert figures.acknowledged_count > 0
    assert figures.check_count + figures.kills_while_opening == 21
