from __future__ import annotations

import pytest

from jupyter_devassist.evaluation.figures import Bar, at_most, measured, percentile, skipped, spread


def test_the_95th_percentile_is_a_value_that_95_of_100_do_not_exceed() -> None:
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([4.0, 3.0, 2.0, 1.0], 0.0) == 1.0


def test_a_spread_has_the_median_and_the_95th_percentile() -> None:
    found = spread([*range(1, 20), 1000])
    assert (found.count, found.p50, found.p95) == (20, 10.5, 19)


@pytest.mark.parametrize(
    ("bar", "met"),
    [
        (at_most(30.0), True),
        (at_most(29.9), False),
        (Bar(of="ratio", at="most", limit=1.5), True),
        (Bar(of="ratio", at="least", limit=2.0), False),
        (Bar(of="difference", at="least", limit=10.0), True),
        (Bar(of="difference", at="least", limit=10.5), False),
    ],
)
def test_a_bar_is_held_against_the_figure_its_ratio_or_its_difference(bar: Bar, met: bool) -> None:
    figure = measured("search", 30.0, "ms", bar=bar, rival=20.0, rival_name="another")
    assert figure.ratio == 1.5
    assert figure.met is met


def test_without_a_rival_a_bar_that_needs_one_is_left_open() -> None:
    figure = measured("ingest", 3.0, "s", bar=Bar(of="ratio", at="most", limit=1.25))
    assert (figure.ratio, figure.met) == (None, None)


def test_what_could_not_be_measured_says_why() -> None:
    figure = skipped("embedder", "torch is not installed.")
    assert (figure.figure, figure.met, figure.note) == (None, None, "torch is not installed.")
