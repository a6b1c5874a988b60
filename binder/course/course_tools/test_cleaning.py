"""Tests of the cleaning steps; run them with ``pytest course_tools``."""

import pandas as pd
import pytest

from course_tools.cleaning import drop_impossible_trips, fill_missing_distance, report_missing, standardise_labels


@pytest.mark.parametrize("spelling", ["member", "Member", " member", "MEMBER "])
def test_every_spelling_of_a_label_becomes_one(spelling):
    assert standardise_labels(pd.Series([spelling])).tolist() == ["member"]


def test_a_missing_label_stays_missing():
    assert standardise_labels(pd.Series(["member", None])).isna().tolist() == [False, True]


def test_negative_endless_and_missing_durations_are_dropped():
    trips = pd.DataFrame({"minutes": [-1.0, 12.0, 2885.0, None]})
    assert drop_impossible_trips(trips)["minutes"].tolist() == [12.0]


def test_a_missing_distance_is_filled_at_the_typical_speed_of_its_rider_type():
    trips = pd.DataFrame(
        {"rider_type": ["member"] * 3, "minutes": [10, 20, 30], "distance_km": [2.0, 4.0, None]}
    )
    filled = fill_missing_distance(trips)
    assert filled["distance_km"].tolist() == pytest.approx([2.0, 4.0, 6.0])
    assert filled["distance_was_filled"].tolist() == [False, False, True]


def test_the_report_puts_the_worst_column_first():
    report = report_missing(pd.DataFrame({"a": [1, 2], "b": [None, 2], "c": [None, None]}))
    assert report.index.tolist() == ["c", "b", "a"]
    assert report["missing"].tolist() == [2, 1, 0]
