"""The asker's root: turns relative paths of requests into absolute ones that lie inside it, and back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jupyter_core.paths import is_hidden

from ..errors import PathNotAllowed
from ..knowledge.containment import inside


@dataclass(frozen=True, slots=True)
class Root:
    """A folder by its real path; nothing outside of it exists for the asker."""

    folder: Path
    hidden_allowed: bool

    def decode(self, kind: type, value: object) -> object:
        """For msgspec: a relative path with forward slashes to an absolute path inside the root."""
        if kind is Path and isinstance(value, str):
            return self.opened(value)
        raise TypeError(f"Expected a path relative to the server's root, got {type(value).__name__}")

    def encode(self, value: object) -> object:
        """For msgspec: the path relative to the root; of a path outside only the name."""
        if isinstance(value, Path):
            return self.shown(value)
        raise TypeError(f"{type(value).__name__} has no form on the wire")

    def opened(self, text: str) -> Path:
        """The real path that a relative one names; it need not exist. Refuses what leads outside."""
        parts = PurePosixPath(text).parts
        if "\0" in text or Path(text).anchor or text.startswith("/") or ".." in Path(text).parts:
            raise PathNotAllowed("A path must be relative to the server's root and stay inside it.")
        path = self.folder.joinpath(*parts)
        if not inside(self.folder, path):
            raise PathNotAllowed("A path must stay inside the server's root, links followed.")
        try:
            real = path.resolve()
            if real.is_dir() and not os.access(real, os.R_OK | os.X_OK):
                raise PathNotAllowed(f"{real.name} may not be opened: change its permissions, or choose another.")
            is_hidden = self._is_hidden(path) or self._is_hidden(real)
        except OSError:  # too long a name, a folder that may not be searched
            raise PathNotAllowed("A path must be one that the server's system can follow.") from None
        if is_hidden and not self.hidden_allowed:
            raise PathNotAllowed("Hidden files and folders are left alone; the server's owner can allow them.")
        return real

    def shown(self, path: Path) -> str:
        """Relative to the root with forward slashes; of a path outside of it only its name."""
        try:
            text = path.relative_to(self.folder).as_posix()
        except ValueError:
            text = path.name
        # A file name need not be text; on the wire it must be.
        return "" if text == "." else os.fsencode(text).decode("utf-8", "replace")

    def _is_hidden(self, path: Path) -> bool:
        parts = path.relative_to(self.folder).parts
        return any(part.startswith(".") for part in parts) or (
            bool(parts) and path.exists() and is_hidden(str(path), str(self.folder))
        )
