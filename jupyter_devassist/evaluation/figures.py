"""What a measurement says: a figure, its rival from the same run, its bar, and whether it is met."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Literal

from ..values import Value


class Bar(Value):
    """What a figure has to reach, by itself or against its rival."""

    of: Literal["figure", "ratio", "difference"]
    at: Literal["most", "least"]
    limit: float

    def is_met(self, value: float) -> bool:
        return value <= self.limit if self.at == "most" else value >= self.limit


class Figure(Value):
    """One line of the table. ``figure`` is none where it could not be measured, and ``note`` says why.

    ``ratio`` is the figure over the rival's; ``met`` is none where there is no bar, or nothing to hold against it.
    """

    what: str
    figure: float | None
    unit: str
    rival: float | None
    rival_name: str | None
    ratio: float | None
    bar: Bar | None
    met: bool | None
    note: str | None


class Spread(Value):
    """How measurements of one thing lie."""

    count: int
    p50: float
    p95: float


def measured(
    what: str,
    figure: float,
    unit: str,
    *,
    bar: Bar | None = None,
    rival: float | None = None,
    rival_name: str | None = None,
    note: str | None = None,
) -> Figure:
    """A figure held against its bar."""
    ratio = figure / rival if rival else None
    difference = None if rival is None else figure - rival
    met = None
    if bar is not None:
        judged = {"figure": figure, "ratio": ratio, "difference": difference}[bar.of]
        met = None if judged is None else bar.is_met(judged)
    return Figure(
        what=what,
        figure=figure,
        unit=unit,
        rival=rival,
        rival_name=rival_name,
        ratio=ratio,
        bar=bar,
        met=met,
        note=note,
    )


def skipped(what: str, reason: str) -> Figure:
    """A line for what could not be measured here."""
    return Figure(
        what=what,
        figure=None,
        unit="",
        rival=None,
        rival_name=None,
        ratio=None,
        bar=None,
        met=None,
        note=reason,
    )


def at_most(limit: float) -> Bar:
    return Bar(of="figure", at="most", limit=limit)


def spread(values: Sequence[float]) -> Spread:
    return Spread(count=len(values), p50=median(values), p95=percentile(values, 0.95))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest measured value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
