"""How soon the library knows that nothing has changed, or that one cell has."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from ..assist import Assist
from ..clock import Clock
from ..errors import AssistError
from ..inference.onnx_embedder import OnnxEmbedder
from ..knowledge.model import Filters
from ..values import Value
from .bench_setting import ASKER, opened
from .figures import Spread, spread
from .ingest_bench import texts_of

RESCANS = 7
SAVES = 24
K = 8
LONGEST_SECONDS = 20.0
_REEMBEDDED = 4
_LOOK_SECONDS = 0.01
_ASKED_CHARACTERS = 120
_LETTERS = "bcdfghjklmnpqrstvwxz"
_EDIT_CELLS = ("code", "markdown")


class FreshnessFigures(Value):
    """Seconds of scans of a folder in which nothing has changed, and from a save until a search finds it."""

    file_count: int
    rescan: Spread
    reading_seconds: float
    """What reading and cutting every file again takes, as an index without stamps would do."""
    save: Spread
    whole_notebook_seconds: float
    """What embedding all of a saved notebook takes (mean), as an index without chunk identity would do."""


def measure(folder: Path, home: Path, clock: Clock) -> FreshnessFigures:
    """Scan, then save notebooks one after another; the folder is changed and should be a copy."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    notebooks = [path for path in files if path.suffix == ".ipynb" and _editable(path)]
    if not notebooks:
        raise AssistError(f"{folder} holds no notebook with a cell that could be edited.")
    rescans, saves = asyncio.run(_scan_and_save(folder, notebooks, home, clock))
    return FreshnessFigures(
        file_count=len(files),
        rescan=spread(rescans),
        reading_seconds=_read_all(folder, clock),
        save=spread(saves),
        whole_notebook_seconds=_embed_whole(notebooks[:_REEMBEDDED], home.parent / "single", clock),
    )


async def _scan_and_save(
    folder: Path, notebooks: Sequence[Path], home: Path, clock: Clock
) -> tuple[list[float], list[float]]:
    async with opened(home, watch=True) as assist:
        await _rescan(assist, folder)
        rescans = []
        for _ in range(RESCANS):
            start = clock.monotonic()
            await _rescan(assist, folder)
            rescans.append(clock.monotonic() - start)
        saves = [await _save(assist, notebooks[number % len(notebooks)], number, clock) for number in range(SAVES)]
    return rescans, saves


async def _rescan(assist: Assist, folder: Path) -> None:
    job = await assist.jobs.wait((await assist.knowledge.add(ASKER, folder)).id)
    if job.state != "done":
        raise AssistError(f"The scan of {folder} ended as {job.state}: {job.message}")


async def _save(assist: Assist, notebook: Path, number: int, clock: Clock) -> float:
    """Write a word that is nowhere else into one cell, and ask about it until the cell is found with it."""
    word = _new_word(f"{notebook}{number}")
    start = clock.monotonic()
    query = await asyncio.to_thread(_write_word, notebook, word)
    while clock.monotonic() - start < LONGEST_SECONDS:
        result = await assist.knowledge.search(ASKER, query, K, Filters())
        if any(word in passage.chunk.text for passage in result.passages):
            elapsed = clock.monotonic() - start
            await assist.knowledge.settled()
            return elapsed
        await asyncio.sleep(_LOOK_SECONDS)
    raise AssistError(f"{notebook} was saved and not found within {LONGEST_SECONDS:.0f} s.")


def _new_word(seed: str) -> str:
    """Twelve letters that are nowhere else."""
    digest = hashlib.blake2b(seed.encode(), digest_size=12).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest)


def _editable(path: Path) -> bool:
    try:
        return any(
            cell["cell_type"] in _EDIT_CELLS and cell["source"] for cell in json.loads(path.read_bytes())["cells"]
        )
    except (ValueError, KeyError, TypeError):
        return False


def _write_word(notebook: Path, word: str) -> str:
    """Save the notebook with one changed cell; returns a question that the cell answers."""
    content = json.loads(notebook.read_bytes())
    edited = [cell for cell in content["cells"] if cell["cell_type"] in _EDIT_CELLS and cell["source"]]
    cell = edited[len(edited) // 2]
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    cell["source"] = f"{text}\n# {word}" if cell["cell_type"] == "code" else f"{text} {word}"
    notebook.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return f"{word} {text[-_ASKED_CHARACTERS:]}"


def _read_all(folder: Path, clock: Clock) -> float:
    embedder = OnnxEmbedder.bundled()
    start = clock.monotonic()
    texts_of(folder, embedder)
    return clock.monotonic() - start


def _embed_whole(notebooks: Sequence[Path], folder: Path, clock: Clock) -> float:
    """Mean over notebooks, each alone in a folder."""
    embedder = OnnxEmbedder.bundled()
    seconds = 0.0
    for number, notebook in enumerate(notebooks):
        alone = folder / str(number)
        alone.mkdir(parents=True)
        (alone / notebook.name).write_bytes(notebook.read_bytes())
        texts = texts_of(alone, embedder)
        start = clock.monotonic()
        embedder.embed_passages(texts)
        seconds += clock.monotonic() - start
    return seconds / len(notebooks)
