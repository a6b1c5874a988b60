"""Where a citation stands, in words, and as a link that works in JupyterLab and from a saved notebook."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from .problems import Problem
from .wire import Span


class Places:
    """Paths as seen from the notebook's folder."""

    def __init__(self, root: Path | None, folder: Path) -> None:
        self._root = root
        self._folder = folder

    def link(self, path: str, kind: str, span: Span, heading: list[str]) -> str:
        """A plain relative link; its fragment is one that JupyterLab follows for that kind of document."""
        if self._root is not None:
            path = Path(os.path.relpath(self._root / path, self._folder)).as_posix()
        return quote(path) + _fragment(kind, span, heading)

    def below_root(self, path: str) -> str:
        """A path typed here, as the server knows it."""
        if self._root is None:
            return path
        absolute = (self._folder / Path(path).expanduser()).resolve()
        root = self._root.resolve()
        if not absolute.is_relative_to(root):
            raise Problem(f"{path} lies outside of the server's root folder; only what is in there can be indexed.")
        relative = absolute.relative_to(root).as_posix()
        return "" if relative == "." else relative


def in_words(span: Span) -> str:
    """Such as "cell 12" or "lines 3-7"."""
    index, page = span.get("cell_index"), span.get("page")
    if index is not None:
        return f"cell {index + 1}"
    if page is not None:
        return f"page {page}"
    start, end = span["start_line"], span["end_line"]
    return f"line {start}" if start == end else f"lines {start}-{end}"


def _fragment(kind: str, span: Span, heading: list[str]) -> str:
    cell_id, page = span.get("cell_id"), span.get("page")
    if cell_id is not None:
        return f"#cell-id={quote(cell_id)}"
    if page is not None:
        return f"#page={page}"
    if kind == "markdown":  # opens rendered, where headings are the only places to go to
        return f"#{quote(heading[-1].replace(' ', '-'))}" if heading else ""
    return f"#line={span['start_line'] - 1}" if kind in ("code", "rst", "text") else ""
