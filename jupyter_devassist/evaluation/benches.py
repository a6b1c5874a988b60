"""Every measurement by name. Each stands alone: one that cannot run here says why and leaves the others alone."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from ..errors import AssistError, ModelUnavailable
from .beir import read_corpus, read_judgements, read_queries
from .bench_setting import Setting
from .figures import Bar, Figure, at_most, measured, skipped

if TYPE_CHECKING:
    from .embedder_bench import RetrievalSet

log = logging.getLogger(__name__)

Bench = Callable[[Setting], list[Figure]]

KILLS = 200
_CRASH_SEED = 20_26
_SPEED_TEXTS = 200
_SPEED_QUESTIONS = 40
_POOL = 1_000
_POOL_QUESTIONS = 200


def run(names: Sequence[str], setting: Setting) -> Iterator[tuple[str, list[Figure]]]:
    """Run the named measurements one after another, each in an empty folder of its own."""
    for name in names:
        folder = setting.scratch / name
        folder.mkdir(parents=True, exist_ok=True)
        try:
            figures = BENCHES[name](setting._replace(scratch=folder))
        except AssistError as refusal:
            figures = [skipped(name, refusal.message)]
        except ImportError as missing:
            figures = [skipped(name, f"{missing.name} is not installed.")]
        except Exception as error:
            log.exception("The measurement %s failed", name)
            figures = [skipped(name, f"It failed: {type(error).__name__}: {error}")]
        shutil.rmtree(folder, ignore_errors=True)
        yield name, figures


def names(*, full: bool) -> list[str]:
    """What runs when nothing is chosen: everything, or everything that takes minutes at most."""
    return [name for name in BENCHES if full or name != "crash"]


def _quality(setting: Setting) -> list[Figure]:
    from .quality_bench import bench

    return bench(setting)


def _embedder(setting: Setting) -> list[Figure]:
    from ..inference.base import Embedder
    from ..inference.onnx_embedder import OnnxEmbedder, default_threads
    from .bench_texts import sample
    from .embedder_bench import compare, open_rival

    ours, retrieval = OnnxEmbedder.bundled(), None
    rival: Embedder | ModelUnavailable
    try:
        rival = open_rival(default_threads())
    except ModelUnavailable as missing:
        rival = missing
    if not isinstance(rival, ModelUnavailable) and setting.eval_dir is not None:
        retrieval = _retrieval_set(setting.need("scifact"), everything=setting.full)
    setting.say("embedding with both models" if retrieval else "embedding")
    texts, questions = sample(setting.eval_dir, 4 * _SPEED_TEXTS, _SPEED_QUESTIONS)
    found = compare(ours, rival, texts, questions, retrieval, setting.clock)
    theirs, missing_rival = found.rival, found.skipped
    figures = [
        measured(
            "texts of 200 tokens embedded per second, int8 ONNX",
            found.ours.texts_per_second,
            "/s",
            bar=Bar(of="ratio", at="least", limit=2.0),
            rival=theirs.texts_per_second if theirs else None,
            rival_name="fp32 torch",
            note=missing_rival or f"one question {found.ours.query_ms:.1f} ms",
        )
    ]
    if retrieval is None or theirs is None or found.ours.ndcg_at_10 is None:
        return figures
    pool = f"{len(retrieval.corpus):,} texts, {len(retrieval.queries)} questions"
    return [
        *figures,
        measured(
            "nDCG@10 on scifact by vectors alone, int8 ONNX",
            found.ours.ndcg_at_10,
            "",
            bar=Bar(of="ratio", at="least", limit=0.99),
            rival=theirs.ndcg_at_10,
            rival_name="fp32 torch",
            note=pool,
        ),
    ]


def _retrieval_set(folder: Path, *, everything: bool) -> RetrievalSet:
    """All of it, or the texts that some of the questions are about among others drawn at random."""
    from .embedder_bench import RetrievalSet

    corpus, queries = list(read_corpus(folder / "corpus.jsonl")), read_queries(folder / "queries.jsonl")
    judgements = read_judgements(folder / "qrels.tsv")
    if everything:
        return RetrievalSet(corpus=corpus, queries=queries, judgements=judgements)
    random = Random(1)  # noqa: S311
    queries = random.sample([query for query in queries if query.id in judgements], _POOL_QUESTIONS)
    wanted = {document for query in queries for document in judgements[query.id]}
    others = [row for row in corpus if row.id not in wanted]
    pool = [row for row in corpus if row.id in wanted] + random.sample(others, _POOL - len(wanted))
    return RetrievalSet(corpus=pool, queries=queries, judgements=judgements)


def _search(setting: Setting) -> list[Figure]:
    from .search_bench import bench

    return bench(setting)


def _ask(setting: Setting) -> list[Figure]:
    from .ask_bench import bench

    return bench(setting)


def _folder(setting: Setting) -> list[Figure]:
    from . import freshness_bench, ingest_bench

    folder, home = setting.scratch / "files", setting.scratch / "home"
    shutil.copytree(setting.need("lessons", "raw"), folder)
    setting.say("taking in a folder, and embedding its texts alone")
    taken = ingest_bench.measure(folder, home, setting.clock)
    ingest = [
        measured(
            f"ingest of {taken.file_count} files until all is searchable",
            taken.seconds,
            "s",
            bar=Bar(of="ratio", at="most", limit=1.25),
            rival=taken.alone_seconds,
            rival_name="the embedder alone",
            note=f"{taken.chunk_count:,} chunks, {taken.text_count:,} different texts",
        )
    ]
    setting.say("scanning it again, and saving notebooks")
    try:
        fresh = freshness_bench.measure(folder, home, setting.clock)
    except AssistError as refusal:
        return [*ingest, skipped("re-scan, and save until found", refusal.message)]
    return [
        *ingest,
        measured(
            f"re-scan of {fresh.file_count} unchanged files",
            fresh.rescan.p50,
            "s",
            bar=at_most(0.5),
            rival=fresh.reading_seconds,
            rival_name="reading every file again",
            note=f"the slowest of {fresh.rescan.count} {fresh.rescan.p95:.3f} s",
        ),
        measured(
            f"save of one changed cell until it is found, p95 of {fresh.save.count}",
            fresh.save.p95,
            "s",
            bar=at_most(1.0),
            rival=fresh.whole_notebook_seconds,
            rival_name="embedding the whole notebook",
            note=f"median {fresh.save.p50:.3f} s",
        ),
    ]


def _server(setting: Setting) -> list[Figure]:
    from .server_bench import bench

    return bench(setting)


def _install(setting: Setting) -> list[Figure]:
    from .install_bench import bench

    return bench(setting)


def _crash(setting: Setting) -> list[Figure]:
    from .crash import run as kill

    setting.say(f"killing a writing process {KILLS} times")
    found = kill(setting.scratch / "home", KILLS, _CRASH_SEED)
    lost, wrong = "; ".join(found.lost[:3]), "; ".join(found.inconsistent[:3])
    return [
        measured(
            f"acknowledged writes lost in {found.kill_count} kills",
            float(len(found.lost)),
            "",
            bar=at_most(0.0),
            note=lost or f"of {found.acknowledged_count:,}",
        ),
        measured(
            f"indexes or rows that contradicted each other, {found.check_count} checks",
            float(len(found.inconsistent)),
            "",
            bar=at_most(0.0),
            note=wrong or None,
        ),
        measured(
            "longest time until ready after a kill",
            found.ready_max_seconds,
            "s",
            bar=at_most(2.0),
            note=f"median {found.ready_p50_seconds:.2f} s, {found.rebuild_count} indexes rebuilt",
        ),
    ]


BENCHES: dict[str, Bench] = {
    "install": _install,
    "server": _server,
    "embedder": _embedder,
    "search": _search,
    "ask": _ask,
    "folder": _folder,
    "quality": _quality,
    "crash": _crash,
}
