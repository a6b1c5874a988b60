"""What measuring prints: scores per leg, and figures beside their rivals and bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from ..evaluation.figures import Bar, Figure
from ..evaluation.machine import Machine

if TYPE_CHECKING:
    from ..evaluation.retrieval import RetrievalReport

_SIGNS = {"most": "≤", "least": "≥"}


def print_report(report: RetrievalReport) -> None:
    console = Console(highlight=False)
    table = Table("", "nDCG@10", "MRR@10", "success@1", "success@5", "success@10", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, scores in (("words", report.lexical), ("meaning", report.vector), ("both", report.fused)):
        values = (
            scores.ndcg_at_10,
            scores.mrr_at_10,
            scores.success_at_1,
            scores.success_at_5,
            scores.success_at_10,
        )
        table.add_row(name, *(f"{value:.4f}" for value in values))
    console.print(table)
    console.print(
        f"{report.query_count:,} questions, {report.document_count:,} documents, {report.chunk_count:,} chunks; "
        f"{report.ms_per_query:.1f} ms per question (p95 {report.ms_per_query_p95:.1f}), "
        f"indexed in {report.indexing_seconds:,.1f} s"
    )
    for skip in report.skipped:
        console.print(f"left out: {skip.path}: {skip.reason}", markup=False)
    if report.skipped_count > len(report.skipped):
        console.print(f"and {report.skipped_count - len(report.skipped):,} more")
    for notice in report.notices:
        console.print(notice, markup=False, style="yellow")


def print_figures(figures: Sequence[Figure], machine: Machine) -> None:
    console = Console(highlight=False)
    console.print(in_one_line(machine), markup=False)
    table = Table("what", "figure", "rival", "ratio", "bar", "met")
    for column in table.columns[1:]:
        column.justify = "right"
    for figure in figures:
        table.add_row(*row(figure))
    console.print(table)
    for figure in figures:
        if figure.note:
            console.print(f"{figure.what}: {figure.note}", markup=False)


def row(figure: Figure) -> tuple[str, str, str, str, str, str]:
    """The cells of a figure's line in the table."""
    rival = "" if figure.rival is None else f"{amount(figure.rival, figure.unit)} {figure.rival_name}"
    return (
        figure.what,
        "not measured" if figure.figure is None else amount(figure.figure, figure.unit),
        rival,
        "" if figure.ratio is None else f"{figure.ratio:.2f}",
        "" if figure.bar is None else bar_in_words(figure.bar, figure.unit),
        {True: "yes", False: "NO", None: ""}[figure.met],
    )


def in_words(figure: Figure) -> str:
    """A figure in one line, as soon as it is known."""
    what, value, rival, _, bar, met = row(figure)
    if figure.figure is None:
        return f"{what}: {value}. {figure.note}"
    told = "; ".join(part for part in (rival, f"bar {bar}: {met or 'open'}" if bar else "") if part)
    return f"{what}: {value}" + (f" ({told})" if told else "")


def bar_in_words(bar: Bar, unit: str) -> str:
    sign = _SIGNS[bar.at]
    match bar.of:
        case "figure":
            return f"{sign} {amount(bar.limit, unit)}"
        case "ratio":
            return f"{sign} {bar.limit:g} x"
        case "difference":
            return f"{sign} {bar.limit:+g}"


def amount(value: float, unit: str) -> str:
    """A number with as many digits as say something."""
    if value.is_integer() and unit == "":
        return f"{value:.0f}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 3
    return f"{value:,.{digits}f} {unit}".rstrip()


def in_one_line(machine: Machine) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in machine.libraries.items())
    load = "" if machine.load is None else f", load {machine.load}"
    return (
        f"{machine.processor}, {machine.cores} cores, {machine.memory_gb} GB, {machine.system}, "
        f"Python {machine.python}, {libraries}, {machine.measured_at:%Y-%m-%d %H:%M} UTC{load}"
    )
