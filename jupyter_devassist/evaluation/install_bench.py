"""What an installation brings beyond JupyterLab, and how much JavaScript the browser loads."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from ..errors import NotFound
from ..values import Value
from .bench_setting import Setting
from .figures import Figure, at_most, measured, skipped

PACKAGE = "jupyter-devassist"
BUNDLE_BYTES = 1_500_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

Find = Callable[[str], Distribution]


class InstallFigures(Value):
    """The packages that come with an installation, without extras."""

    packages: list[str]
    beyond_jupyterlab: list[str]
    megabytes_beyond: float
    compiled_here: list[str]
    """Those beyond JupyterLab that were built from source by a compiler on this machine, not taken as a wheel."""
    has_torch: bool


def bench(setting: Setting) -> list[Figure]:
    """Follow the requirements of what is installed, and weigh the front end's bundle."""
    return [*_packages(), _bundle()]


def closure(name: str, find: Find = distribution) -> dict[str, Distribution]:
    """A distribution and everything it requires without extras of its own, by normalised name."""
    from packaging.requirements import Requirement

    found: dict[str, Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting: list[tuple[str, frozenset[str]]] = [(name, frozenset())]
    while waiting:
        wanted = waiting.pop()
        if wanted in seen:
            continue
        seen.add(wanted)
        package, extras = wanted
        try:
            one = find(package)
        except PackageNotFoundError:
            if package == name:
                raise
            continue
        found[normalised(package)] = one
        for line in one.requires or ():
            requirement = Requirement(line)
            applies = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in extras | {""}
            )
            if applies:
                waiting.append((requirement.name, frozenset(requirement.extras)))
    return found


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def measure(find: Find = distribution) -> InstallFigures:
    """Look at what is installed; raises NotFound where the package itself is not."""
    try:
        ours, theirs = closure(PACKAGE, find), closure("jupyterlab", find)
    except PackageNotFoundError as missing:
        raise NotFound(f"{missing.name} is not installed in {sys.prefix}; `pip install -e .` does it.") from None
    beyond = sorted(ours.keys() - theirs.keys() - {PACKAGE})
    return InstallFigures(
        packages=sorted(ours),
        beyond_jupyterlab=beyond,
        megabytes_beyond=round(sum(_size(ours[name]) for name in beyond) / 1e6, 1),
        compiled_here=[name for name in beyond if is_compiled_here(ours[name])],
        has_torch="torch" in ours,
    )


def is_compiled_here(one: Distribution) -> bool:
    """Whether its wheel has a tag that no package index takes, which is what a local compiler leaves."""
    tags = re.findall(r"^Tag: (\S+)$", one.read_text("WHEEL") or "", re.MULTILINE)
    return any(tag.rsplit("-", 1)[-1].startswith("linux_") for tag in tags)


def bundle_files(folders: Iterable[Path]) -> list[Path]:
    """The JavaScript of the front end, in the first of these folders that holds any."""
    for folder in folders:
        if files := sorted(folder.rglob("*.js")):
            return files
    return []


def _packages() -> list[Figure]:
    what = "packages beyond JupyterLab in the default install"
    try:
        found = measure()
    except NotFound as missing:
        return [skipped(what, missing.message)]
    unwanted = [*found.compiled_here, *(["torch"] if found.has_torch else [])]
    return [
        measured(
            what,
            float(len(found.beyond_jupyterlab)),
            "",
            rival=float(len(found.packages) - len(found.beyond_jupyterlab) - 1),
            rival_name="JupyterLab's own",
            note=f"{found.megabytes_beyond:,.0f} MB: {', '.join(found.beyond_jupyterlab)}",
        ),
        measured(
            "packages among them that are torch or need a compiler",
            float(len(unwanted)),
            "",
            bar=at_most(0.0),
            note=", ".join(unwanted) or None,
        ),
    ]


def _bundle() -> Figure:
    package = Path(__file__).parents[1]
    shared = Path(sys.prefix, "share", "jupyter", "labextensions", PACKAGE)
    files = bundle_files([package / "labextension" / "static", shared / "static"])
    what = "JavaScript of the front end"
    if not files:
        return skipped(what, "The front end is not built; `make` builds it.")
    sizes = {path.name: path.stat().st_size for path in files}
    return measured(
        what,
        round(sum(sizes.values()) / 1e6, 3),
        "MB",
        bar=at_most(BUNDLE_BYTES / 1e6),
        note=f"{len(sizes)} files, the largest {max(sizes, key=lambda name: sizes[name])}",
    )


def _size(one: Distribution) -> int:
    total = 0
    for file in one.files or ():
        try:
            total += Path(str(one.locate_file(file))).stat().st_size
        except OSError:
            continue
    return total
