from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

import pytest

from jupyter_devassist.errors import NotFound
from jupyter_devassist.evaluation.install_bench import bundle_files, closure, is_compiled_here, measure

Shelf = Callable[[str], Distribution]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Installed packages, as their metadata on the disk has them."""
    wheels = {
        "jupyter-devassist": (["JupyterLab>=4", "lancedb", "torch; extra == 'transformers'"], "py3-none-any"),
        "jupyterlab": (["tornado", "httpx[http2]"], "py3-none-any"),
        "tornado": ([], "cp39-abi3-manylinux_2_17_x86_64"),
        "httpx": (["h2; extra == 'http2'", "rich; extra == 'cli'"], "py3-none-any"),
        "h2": ([], "py3-none-any"),
        "rich": ([], "py3-none-any"),
        "lancedb": (["py_arrow", "pylance; python_version < '3'", "gone"], "cp39-abi3-linux_x86_64"),
        "py-arrow": (["tornado", "lancedb"], "cp311-cp311-manylinux_2_28_x86_64"),
        "torch": ([], "cp311-cp311-linux_x86_64"),
    }
    for name, (requires, tag) in wheels.items():
        folder = tmp_path / f"{name}.dist-info"
        folder.mkdir()
        lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: 1", *(f"Requires-Dist: {one}" for one in requires)]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")
        (folder / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")

    def find(name: str) -> Distribution:
        folder = tmp_path / f"{name.lower().replace('_', '-')}.dist-info"
        if not folder.is_dir():
            raise PackageNotFoundError(name)
        return Distribution.at(folder)

    return find


def test_requirements_are_followed_with_their_markers_and_extras(shelf: Shelf) -> None:
    assert set(closure("jupyterlab", shelf)) == {"jupyterlab", "tornado", "httpx", "h2"}


def test_what_comes_beyond_jupyterlab_is_counted_without_extras(shelf: Shelf) -> None:
    found = measure(shelf)
    assert found.beyond_jupyterlab == ["lancedb", "py-arrow"]
    assert not found.has_torch


def test_a_wheel_that_was_built_here_is_told_from_one_that_was_fetched(shelf: Shelf) -> None:
    assert measure(shelf).compiled_here == ["lancedb"]
    assert not is_compiled_here(shelf("tornado"))


def test_where_the_package_is_not_installed_that_is_said(shelf: Shelf) -> None:
    def nothing(name: str) -> Distribution:
        raise PackageNotFoundError(name)

    with pytest.raises(NotFound, match="jupyter-devassist is not installed"):
        measure(nothing)


def test_the_bundle_is_the_javascript_without_its_maps(tmp_path: Path) -> None:
    built = tmp_path / "static"
    built.mkdir()
    for name in ("a.js", "a.js.map", "style.css", "b.js"):
        (built / name).write_text("x")
    assert [path.name for path in bundle_files([tmp_path / "none", built])] == ["a.js", "b.js"]
    assert bundle_files([tmp_path / "none"]) == []
