"""Jupyter notebooks, cell by cell."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from ...errors import TooLarge, Unreadable
from ...knowledge.model import Block, DocumentKind, Reading
from ...knowledge.reading import ReadingLimits, decode_text
from ...values import Span
from .markdown import add_markdown
from .sections import Sections

_Lines = str | list[str]
_OUTPUT_CHARACTERS = 4_000
_NAMED_CELLS = 3
"""Cells that cannot be read and are named; a reason is for reading."""
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_MAGIC_LANGUAGES = {
    "bash": "bash", "sh": "bash", "script": "bash", "cmd": "batch", "html": "html", "javascript": "javascript",
    "js": "javascript", "perl": "perl", "ruby": "ruby", "latex": "latex", "sql": "sql", "r": "r", "R": "r",
    "markdown": "markdown", "julia": "julia", "cython": "cython", "svg": "svg",
}  # fmt: skip


# Half of a surrogate pair, as a cut emoji leaves it: Jupyter opens such a notebook, strict JSON readers do not.
_HIGH, _LOW = rb"\\u[dD][89abAB][0-9a-fA-F]{2}", rb"\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF_CHARACTER = re.compile(rb"%b(?!%b)|(?<!\\u[dD][89abAB][0-9a-fA-F][0-9a-fA-F])%b" % (_HIGH, _LOW, _LOW))


class _Metadata(msgspec.Struct):
    kernelspec: dict[str, object] = {}
    language_info: dict[str, object] = {}


class _Notebook(msgspec.Struct):
    cells: list[msgspec.Raw] | None = None
    nbformat: int = 4
    metadata: msgspec.Raw = msgspec.Raw(b"{}")
    worksheets: list[msgspec.Raw] | None = None


class _Cell(msgspec.Struct):
    """Attachments and outputs stay undecoded: they may be most of the file."""

    cell_type: str
    source: _Lines = ""
    id: str | None = None
    outputs: msgspec.Raw = msgspec.Raw(b"[]")


class _Output(msgspec.Struct):
    output_type: str = ""
    text: _Lines = ""
    data: dict[str, msgspec.Raw] = {}
    ename: str = ""
    evalue: str = ""


class NotebookReader:
    kind: DocumentKind = "notebook"
    isolated = False

    def takes(self, path: Path, content: bytes) -> bool:
        return path.suffix.lower() == ".ipynb"

    def read(self, path: Path, content: bytes, limits: ReadingLimits) -> Reading:
        notebook, notices = _decode(path, content)
        cells = notebook.cells or []
        if len(cells) > limits.cells:
            raise TooLarge(f"{path} has {len(cells)} cells, more than the {limits.cells} that are read; split it.")
        return _CellByCell(_language(notebook.metadata), limits).read(cells, notices)


class _CellByCell:
    """One pass over the cells of one notebook."""

    def __init__(self, language: str | None, limits: ReadingLimits) -> None:
        self._language = language
        self._limits = limits
        self._sections = Sections()
        self._lead = ""
        self._characters = 0

    def read(self, cells: list[msgspec.Raw], notices: tuple[str, ...]) -> Reading:
        without_id, broken = 0, 0
        for index, raw in enumerate(cells):
            try:
                cell = msgspec.json.decode(raw, type=_Cell)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                broken += 1
                if broken <= _NAMED_CELLS:
                    notices += (f"Cell {index + 1} is not a valid cell and was left out: {error}.",)
                continue
            if self._characters + len(_joined(cell.source)) > self._limits.characters:
                notices += (f"Only the first {index} of {len(cells)} cells were read: the text is too long.",)
                break
            without_id += cell.id is None
            self._add(cell, index)
        if broken > _NAMED_CELLS:
            notices += (f"So were {broken - _NAMED_CELLS:,} more.",)
        if without_id:
            notices += (f"{without_id} of {len(cells)} cells have no id; they are cited by their position.",)
        blocks = self._sections.finish()
        return Reading(
            kind="notebook", blocks=blocks, title=self._sections.title, language=self._language, notices=notices
        )

    def _add(self, cell: _Cell, index: int) -> None:
        source = _joined(cell.source).replace("\r\n", "\n").replace("\r", "\n")
        self._characters += len(source)
        span = Span(start_line=1, end_line=1, cell_id=cell.id or f"cell-{index}", cell_index=index)
        if cell.cell_type == "markdown":
            self._lead = add_markdown(self._sections, source, span)
            return
        language = _cell_language(source, self._language) if cell.cell_type == "code" else None
        text = source.strip("\n")
        if text.strip():
            first = source[: len(source) - len(source.lstrip("\n"))].count("\n") + 1
            place = msgspec.structs.replace(span, start_line=first, end_line=first + text.count("\n"))
            self._sections.add(Block(
                text=text, kind="code" if cell.cell_type == "code" else "prose", span=place, language=language,
                heading=self._sections.heading, lead=self._lead,
            ))  # fmt: skip
        if self._limits.include_outputs and cell.cell_type == "code" and (output := _output_text(cell.outputs)):
            whole = msgspec.structs.replace(span, end_line=source.count("\n") + 1)
            self._sections.add(Block(text=output, kind="output", span=whole, heading=self._sections.heading))
        self._lead = ""


def _decode(path: Path, content: bytes) -> tuple[_Notebook, tuple[str, ...]]:
    notices: tuple[str, ...] = ()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        text, notices = decode_text(path, content)
        content = text.encode()
    if not content.strip():
        raise Unreadable(f"{path} is empty; it holds no notebook.")
    try:
        content = _HALF_CHARACTER.sub(rb"\\ufffd", content.removeprefix(b"\xef\xbb\xbf"))
        notebook = msgspec.json.decode(content, type=_Notebook)
        if notebook.cells is None or notebook.nbformat < 4:
            notebook = _upgraded(path, content)
    except RecursionError:
        raise Unreadable(f"{path} is nested too deeply to be a notebook.") from None
    except msgspec.MsgspecError as error:
        raise Unreadable(f"{path} is not a complete notebook ({_plain(error)}); restore it from a copy.") from None
    return notebook, notices


def _upgraded(path: Path, content: bytes) -> _Notebook:
    """A notebook of format 1 to 3 in the form of format 4."""
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            upgraded = nbformat.reads(content.decode("utf-8-sig"), as_version=4)  # type: ignore[no-untyped-call]
    except RecursionError:
        raise
    except Exception as error:  # nbformat lets KeyError, AttributeError and its own errors out alike
        raise Unreadable(
            f"{path} is not a notebook: its cells cannot be found ({type(error).__name__}); restore it from a copy."
        ) from None
    for cell in upgraded["cells"]:
        cell.pop("id", None)  # random on every upgrade, so nothing could be found again by it
    return msgspec.json.decode(msgspec.json.encode(upgraded), type=_Notebook)


def _language(raw: msgspec.Raw) -> str | None:
    try:
        metadata = msgspec.json.decode(raw, type=_Metadata)
    except msgspec.MsgspecError:
        return None
    name = metadata.language_info.get("name") or metadata.kernelspec.get("language")
    if not name and str(metadata.kernelspec.get("name", "")).startswith("python"):
        name = "python"
    return str(name).lower() if name else None


def _cell_language(source: str, language: str | None) -> str | None:
    magic = _CELL_MAGIC.match(source)
    return _MAGIC_LANGUAGES.get(magic.group(1), language) if magic else language


def _output_text(raw: msgspec.Raw) -> str:
    """What a cell printed or returned as plain text."""
    try:
        outputs = msgspec.json.decode(raw, type=list[_Output])
    except (msgspec.MsgspecError, RecursionError):
        return ""
    parts = []
    for output in outputs:
        text = _joined(output.text)
        if plain := output.data.get("text/plain"):
            text = _joined(msgspec.json.decode(plain, type=_Lines))
        if output.output_type == "error":
            text = f"{output.ename}: {output.evalue}"
        parts.append(text)
    return _ANSI.sub("", "\n".join(part.strip("\n") for part in parts if part.strip()))[:_OUTPUT_CHARACTERS].strip()


def _joined(source: _Lines) -> str:
    return source if isinstance(source, str) else "".join(source)


def _plain(error: Exception) -> str:
    return str(error).rstrip(".")
