"""Cleaning steps, each a function from a frame (or column) to a new one; nothing is changed in place."""

from __future__ import annotations

import pandas as pd

SHORTEST_TRIP_MINUTES = 1
LONGEST_TRIP_MINUTES = 12 * 60


def standardise_labels(labels: pd.Series) -> pd.Series:
    """Give every label one spelling: no surrounding blanks, lower case, inner blanks as one underscore.

    Missing labels stay missing. ``" Member"`` and ``"MEMBER"`` both become ``"member"``.
    """
    return labels.str.strip().str.lower().str.replace(r"\s+", "_", regex=True)


def drop_impossible_trips(
    trips: pd.DataFrame,
    shortest: float = SHORTEST_TRIP_MINUTES,
    longest: float = LONGEST_TRIP_MINUTES,
) -> pd.DataFrame:
    """Keep the trips whose ``minutes`` lie between ``shortest`` and ``longest``, both included.

    A negative duration is a clock fault; more than twelve hours is a bike that was not returned.
    A missing duration is dropped as well, because a comparison with NaN is false.
    """
    return trips[trips["minutes"].between(shortest, longest)]


def fill_missing_distance(trips: pd.DataFrame) -> pd.DataFrame:
    """Fill a missing ``distance_km`` with the trip's minutes times the median speed of its rider type.

    Adds a column ``distance_was_filled``, so that later steps can leave the filled values out.
    """
    speed = trips["distance_km"] / trips["minutes"]
    typical = speed.groupby(trips["rider_type"]).transform("median")
    return trips.assign(
        distance_was_filled=trips["distance_km"].isna(),
        distance_km=trips["distance_km"].fillna(trips["minutes"] * typical),
    )


def report_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Count the missing values of each column, with their share of the rows, worst column first."""
    missing = frame.isna()
    report = pd.DataFrame({"missing": missing.sum(), "share": missing.mean()})
    return report.sort_values("missing", ascending=False)


def winsorise(values: pd.Series, lower: float = 0.01, upper: float = 0.99) -> pd.Series:
    """Pull values outside the two quantiles back to them; the number of rows stays the same.

    Use it where an extreme value is real but must not dominate a mean. To remove
    recording faults, use ``drop_impossible_trips`` instead.
    """
    return values.clip(lower=values.quantile(lower), upper=values.quantile(upper))
