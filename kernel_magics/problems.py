"""What can go wrong, in one line."""

from __future__ import annotations

from .plain import plain


class Problem(Exception):
    """Ends the cell with its message, and without a traceback of ours."""

    def _render_traceback_(self) -> list[str]:
        return [plain(str(self))]
