"""Retrieval sets in the BEIR form: corpus and questions as JSON lines, judgements as tab-separated values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from ..errors import InvalidInput, NotFound
from ..values import Value

_LONGEST_LINE = 64_000_000


class Row(Value):
    """A text of the corpus."""

    id: str
    text: str
    title: str = ""


class Query(Value):
    id: str
    text: str


class _BeirRow(msgspec.Struct):
    """BEIR writes ``_id``, many others ``id``; numbers are taken for text."""

    text: str
    id: str | int | None = None
    other_id: str | int | None = msgspec.field(default=None, name="_id")
    title: str | None = None


RowType = TypeVar("RowType")


def read_corpus(path: Path) -> Iterator[Row]:
    """Yield the texts one by one; raise InvalidInput with file and line where one cannot be used."""
    seen: set[str] = set()
    for number, row in _rows(path):
        identity = _identity(path, number, row, seen)
        yield Row(id=identity, text=row.text, title=row.title or "")


def read_queries(path: Path) -> list[Query]:
    """All questions; raise InvalidInput with file and line where one cannot be used."""
    seen: set[str] = set()
    return [Query(id=_identity(path, number, row, seen), text=row.text) for number, row in _rows(path)]


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Question id to document id to grade. The first line is a header unless its last field is a number."""
    judgements: dict[str, dict[str, float]] = {}
    for number, line in _lines(path):
        fields = line.split("\t")
        if number == 1 and not (len(fields) > 2 and _is_number(fields[-1])):
            continue
        if len(fields) == 4:  # TREC form: question, iteration, document, grade
            del fields[1]
        if len(fields) < 3 or not _is_number(fields[2]):
            raise InvalidInput(f"{path}, line {number}: expected question id, document id and grade with tabs between.")
        grades = judgements.setdefault(fields[0], {})
        grades[fields[1]] = max(float(fields[2]), grades.get(fields[1], 0.0))
    if not judgements:
        raise InvalidInput(f"{path} holds no judgements.")
    return judgements


def _rows(path: Path) -> Iterator[tuple[int, _BeirRow]]:
    decoder = msgspec.json.Decoder(_BeirRow)
    for number, line in _lines(path):
        try:
            yield number, decoder.decode(line.encode("utf-8"))
        except msgspec.ValidationError as error:
            raise InvalidInput(f"{path}, line {number}: {error}.") from None
        except msgspec.DecodeError as error:
            raise InvalidInput(f"{path}, line {number}: not valid JSON ({error}).") from None


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, with their 1-based numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if not line.endswith("\n") and len(line) == _LONGEST_LINE:
                    raise InvalidInput(f"{path}, line {number}: longer than {_LONGEST_LINE:,} characters.")
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except FileNotFoundError:
        raise NotFound(f"{path} does not exist.") from None
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text ({error.reason} at byte {error.start}).") from None
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.") from None


def _identity(path: Path, number: int, row: _BeirRow, seen: set[str]) -> str:
    given = row.id if row.id is not None else row.other_id
    identity = "" if given is None else str(given)
    if not identity.strip():
        raise InvalidInput(f"{path}, line {number}: the field `id` is missing.")
    if identity in seen:
        raise InvalidInput(f"{path}, line {number}: the id {identity!r} was used before.")
    seen.add(identity)
    return identity


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
