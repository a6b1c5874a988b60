"""Which files and folders are left alone: by ignore files, by habit, by name."""

from __future__ import annotations

import re
from fnmatch import translate
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

OWN_RULES = ".devassistignore"
GIT_RULES = ".gitignore"

_MOST_RULE_BYTES = 1_000_000
_NOISE_FOLDERS = frozenset(
    "node_modules bower_components jspm_packages __pycache__ __pypackages__ site-packages _build htmlcov venv "
    "lightning_logs wandb mlruns".split()
)
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
_BUILD_FOLDERS = {
    "build": frozenset(
        "pyproject.toml setup.py setup.cfg package.json CMakeLists.txt build.gradle meson.build".split()
    ),
    "dist": frozenset("pyproject.toml setup.py setup.cfg package.json".split()),
    "out": frozenset("package.json CMakeLists.txt build.gradle".split()),
    "target": frozenset("Cargo.toml pom.xml build.sbt".split()),
    "vendor": frozenset("go.mod composer.json Gemfile".split()),
}
"""Folders that hold what a tool made, when the tool's own file stands beside them."""
_NOISE_NAMES = re.compile(
    "|".join(
        translate(pattern)
        for pattern in (
            "*.min.js", "*.min.css", "*.min.mjs", "*.bundle.js", "*-min.js", "*.lock", "*-lock.yaml", "*-lock.json",
            "*.generated.*", "*_pb2.py", "*_pb2_grpc.py", "*.egg-info", "~$*", "*~", "#*#",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip


class FolderRules(NamedTuple):
    """The ignore files of one folder."""

    folder: str
    own: GitIgnoreSpec | None
    git: GitIgnoreSpec | None


def rules_of(folder: str, names: frozenset[str] | set[str]) -> FolderRules | None:
    """Read the ignore files of a folder that holds ``names``."""
    if OWN_RULES not in names and GIT_RULES not in names:
        return None
    own, git = (_spec(Path(folder, name)) if name in names else None for name in (OWN_RULES, GIT_RULES))
    return FolderRules(folder, own, git)


def reason_to_leave(
    path: str, name: str, *, is_folder: bool, rules: tuple[FolderRules, ...], siblings: frozenset[str] | set[str]
) -> str | None:
    """Why a file or folder is left alone, in words; nothing when it may belong.

    Our own ignore files come first and may bring back (``!build/``) what habit or git leaves out.
    """
    decided = _decided(path, is_folder, rules, own=True)
    if decided is not None:
        return f"ignored by {OWN_RULES}" if decided else None
    if name.startswith("."):
        return "hidden"
    if is_folder:
        if name in _NOISE_FOLDERS:
            return "not written by hand (dependencies, caches or run records)"
        if _BUILD_FOLDERS.get(name, frozenset()) & siblings:
            return "build output"
    elif _NOISE_NAMES.match(name):
        return "generated or minified"
    return f"ignored by {GIT_RULES}" if _decided(path, is_folder, rules, own=False) else None


def is_environment(names: frozenset[str] | set[str]) -> bool:
    """Whether a folder with these names is a Python virtual environment."""
    return _VIRTUAL_ENVIRONMENT in names


def _decided(path: str, is_folder: bool, rules: tuple[FolderRules, ...], *, own: bool) -> bool | None:
    """What the innermost ignore file with a matching rule says."""
    for level in reversed(rules):
        spec = level.own if own else level.git
        if spec is None:
            continue
        relative = path[len(level.folder) :].lstrip("/\\")
        include = spec.check_file(relative + "/" if is_folder else relative).include
        if include is not None:
            return include
    return None


def _spec(path: Path) -> GitIgnoreSpec | None:
    """The rules of one ignore file; a line that is no pattern counts for nothing."""
    from .globs import compiled

    try:
        if path.is_symlink() or not path.is_file():
            return None
        with path.open("rb") as file:
            lines = file.read(_MOST_RULE_BYTES).decode("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return None
    try:
        return compiled(lines)
    except ValueError:
        return compiled([line for line in lines if _is_glob(line)])


def _is_glob(line: str) -> bool:
    from .globs import compiled

    try:
        compiled([line])
    except ValueError:
        return False
    return True
