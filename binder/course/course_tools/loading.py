"""Read the three files of the course into data frames with the right types."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .cleaning import drop_impossible_trips, standardise_labels

DATA = Path(__file__).resolve().parent.parent / "data"


def read_stations(folder: Path = DATA) -> pd.DataFrame:
    """Read ``stations.csv``: one row per station, indexed by ``station_id``."""
    return pd.read_csv(folder / "stations.csv", parse_dates=["opened"], index_col="station_id")


def read_trips(folder: Path = DATA) -> pd.DataFrame:
    """Read ``trips.csv`` exactly as it was recorded, faults included; only ``started_at`` becomes a date."""
    return pd.read_csv(folder / "trips.csv", parse_dates=["started_at"])


def read_weather(folder: Path = DATA) -> pd.DataFrame:
    """Read ``weather.csv``: one row per day, indexed by ``date``; an empty field and ``n/a`` become missing values."""
    return pd.read_csv(folder / "weather.csv", parse_dates=["date"], index_col="date")


def read_clean_trips(folder: Path = DATA) -> pd.DataFrame:
    """Read the trips and repair them: exact duplicates dropped, labels in one spelling, impossible durations dropped.

    Distances that were not recorded stay missing: whether to fill them depends on the question.
    """
    trips = read_trips(folder).drop_duplicates()
    trips["rider_type"] = standardise_labels(trips["rider_type"])
    return drop_impossible_trips(trips).reset_index(drop=True)
