"""Whether both legs together find more than the better one alone."""

from __future__ import annotations

from pathlib import Path

from ..inference.onnx_embedder import OnnxEmbedder
from ..jobs.model import Progress
from ..knowledge.isolation import ReaderProcess
from ..knowledge.reading import ReadingLimits
from ..plugins import Plugins
from .bench_setting import Setting
from .bench_texts import SETS
from .figures import Bar, Figure, measured
from .retrieval import RetrievalReport, evaluate

GAIN = 0.02
BARS = {
    "scifact": Bar(of="difference", at="least", limit=GAIN),
    "lessons": Bar(of="difference", at="least", limit=GAIN),
    "cosqa": Bar(of="difference", at="least", limit=0.0),
}


def bench(setting: Setting) -> list[Figure]:
    """Ask every retrieval set in the evaluation folder; lessons are read from their real files where those are."""
    figures = []
    for name in SETS:
        folder = setting.need(name)
        files = folder / "raw"
        figures.append(_figure(name, _ask(setting, folder, folder / "corpus.jsonl"), ""))
        if files.is_dir():
            figures.append(_figure(name, _ask(setting, folder, files), ", real files"))
    return figures


def _ask(setting: Setting, folder: Path, corpus: Path) -> RetrievalReport:
    def tell(progress: Progress) -> None:
        total = f" of {progress.total:,}" if progress.total else ""
        setting.say(f"{folder.name}: {progress.stage.lower()}, {progress.done:,}{total} {progress.unit}")

    isolation = ReaderProcess()
    try:
        return evaluate(
            corpus=corpus,
            queries=folder / "queries.jsonl",
            qrels=folder / "qrels.tsv",
            run_out=None,
            embedder=OnnxEmbedder.bundled(),
            readers=Plugins().readers(),
            isolation=isolation,
            limits=ReadingLimits(),
            cache=setting.cache,
            tell=tell,
            cancelled=lambda: False,
        )
    finally:
        isolation.close()


def _figure(name: str, report: RetrievalReport, how: str) -> Figure:
    legs = {"words alone": report.lexical.ndcg_at_10, "meaning alone": report.vector.ndcg_at_10}
    better = max(legs, key=lambda leg: legs[leg])
    fused = report.fused
    return measured(
        f"nDCG@10 on {name}{how}, both legs",
        round(fused.ndcg_at_10, 4),
        "",
        bar=BARS[name],
        rival=round(legs[better], 4),
        rival_name=better,
        note=(
            f"words {report.lexical.ndcg_at_10:.3f}, meaning {report.vector.ndcg_at_10:.3f}; MRR@10 "
            f"{fused.mrr_at_10:.3f}, success@1/5/10 {fused.success_at_1:.3f}/{fused.success_at_5:.3f}/"
            f"{fused.success_at_10:.3f}; {report.query_count} questions, {report.chunk_count:,} chunks"
        ),
    )
