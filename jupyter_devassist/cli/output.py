"""What commands print: paths as one would type them here, and JSON of the same."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markdown import Markdown

from ..assist import Status
from ..chat.model import Answer
from ..knowledge.model import Citation, Passage, Report, SearchResult, Skip
from ..storage.doctor import Finding
from ..values import Span

Json = dict[str, Any]

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PATH_CHARS = 160


def shown(path: Path) -> str:
    """Relative to the working folder when it lies below it, else absolute; as text, which a file name need not be."""
    here = Path.cwd()
    text = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
    return os.fsencode(text).decode("utf-8", "replace")


def typed(path: Path) -> str:
    """The same for a terminal: a name may hold line breaks, and characters that a terminal would act on."""
    return printable(shown(path)).replace("\n", "\\n").replace("\t", "\\t")


def printable(text: str) -> str:
    """Text whose control characters are shown instead of acted on."""
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def place(span: Span) -> Json:
    """A span as ``cell_id``, ``page`` or neither, always with its lines."""
    lines = {"lines": [span.start_line, span.end_line]}
    if span.cell_id is not None:
        return {"cell_id": span.cell_id, "cell_index": span.cell_index, **lines}
    if span.page is not None:
        return {"page": span.page, **lines}
    return lines


def place_in_words(span: Span) -> str:
    if span.cell_index is not None:
        return f"cell {span.cell_index + 1}"
    if span.page is not None:
        return f"page {span.page}"
    if span.start_line == span.end_line:
        return f"line {span.start_line}"
    return f"lines {span.start_line}-{span.end_line}"


def citation_json(citation: Citation) -> Json:
    return {
        "marker": citation.marker,
        "path": shown(citation.path),
        **place(citation.span),
        "heading": list(citation.heading),
        "quote": citation.quote,
        "score": round(citation.score, 4),
    }


def passage_json(passage: Passage) -> Json:
    return {
        "path": shown(passage.path),
        **place(passage.chunk.span),
        "heading": list(passage.chunk.heading),
        "text": passage.chunk.text,
        "score": round(passage.score, 4),
        "lexical_rank": passage.lexical_rank,
        "vector_rank": passage.vector_rank,
        "also_in": [shown(path) for path in passage.also_in],
    }


def answer_json(answer: Answer) -> Json:
    return {
        "answer": answer.text,
        "supported": answer.supported,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
        "model": answer.model,
        "timings_ms": answer.timings_ms,
    }


def result_json(result: SearchResult) -> Json:
    return {
        "query": result.query,
        "results": [passage_json(passage) for passage in result.passages],
        "legs": list(result.legs),
        "timings_ms": result.timings_ms,
    }


def print_json(value: object) -> None:
    plain = msgspec.to_builtins(value, enc_hook=lambda kept: shown(kept) if isinstance(kept, Path) else str(kept))
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def print_answer(answer: Answer) -> None:
    console = Console(highlight=False)
    console.print(Markdown(printable(answer.text)))
    if answer.citations:
        console.print("\n[bold]Sources[/bold]")
    for citation in answer.citations:
        where = f"[{citation.marker}] {typed(citation.path)} · {place_in_words(citation.span)}"
        console.print(f"{where} · {_one_line(citation.quote)}", markup=False, overflow="ellipsis", no_wrap=True)


def print_result(result: SearchResult) -> None:
    console = Console(highlight=False)
    if not result.passages:
        console.print("Nothing was found. Try other words, or fewer limits.")
    for number, passage in enumerate(result.passages, 1):
        place_shown = f"{number}. {typed(passage.path)} · {place_in_words(passage.chunk.span)}"
        heading = _one_line(" > ".join(passage.chunk.heading))
        console.print(f"{place_shown} · {heading}" if heading else place_shown, markup=False, style="bold")
        console.print(f"   {_one_line(passage.chunk.text)}", markup=False, overflow="ellipsis", no_wrap=True)


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def print_report(report: Report) -> None:
    size = f"{report.size_bytes / 1_000_000:,.1f} MB"
    counts = f"{_count(report.file_count, 'file')}, {_count(report.chunk_count, 'chunk')}"
    click.echo(f"{typed(report.path)}: {counts}, {size}")
    alike: dict[str, list[Path]] = {}
    for skip in report.skipped:
        alike.setdefault(_reason(skip), []).append(skip.path)
    for reason, (path, *others) in alike.items():
        such = f" (and {len(others):,} more like it)" if others else ""
        click.echo(f"   left out: {_clipped(typed(path))}: {reason}{such}")
    if report.skipped_count > len(report.skipped):
        click.echo(f"   and {report.skipped_count - len(report.skipped):,} more")


def _reason(skip: Skip) -> str:
    """Without the file's name at the beginning of a sentence, which is before it already."""
    reason = _one_line(skip.reason)
    return reason.removeprefix(f"{_one_line(skip.path.name)} ") if reason.endswith(".") else reason


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _clipped(text: str) -> str:
    return text if len(text) <= _PATH_CHARS else f"{text[:20]} … {text[-_PATH_CHARS + 23 :]}"


def print_status(status: Status) -> None:
    console = Console(highlight=False)
    console.print(f"jupyter-devassist {status.version}: {status.state}, offline", markup=False)
    console.print(f"data folder   {shown(status.home)}", markup=False)
    if status.message:
        console.print(status.message, markup=False)
    if library := status.library:
        states = ", ".join(f"{count:,} {state}" for state, count in sorted(library.by_state.items())) or "empty"
        console.print(f"documents     {library.document_count:,} ({states})")
        console.print(f"chunks        {library.chunk_count:,}, {library.embedded_count:,} with vectors")
        console.print(f"embedder      {library.embedder}", markup=False)
        if library.degraded:
            console.print(library.degraded, markup=False, style="yellow")
    console.print(f"engines       {', '.join(status.models)}", markup=False)
    for failure in status.plugin_failures:
        console.print(f"left out      {failure.name}: {failure.reason}", markup=False)


def print_findings(findings: Iterable[Finding]) -> None:
    console = Console(highlight=False)
    for finding in findings:
        mark = {"ok": "ok      ", "repaired": "repaired", "failed": "FAILED  "}[finding.state]
        console.print(f"{mark}  {finding.what}: {finding.did}", markup=False)
