"""Measuring: how good the answers to known questions are, and how fast everything is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
import msgspec

from ..clock import Clock
from ..errors import AssistError, InvalidInput
from ..evaluation.figures import Figure
from ..jobs.model import Progress as JobProgress
from . import measures
from .house import settings_for
from .options import fail, json_option
from .output import print_json
from .progress import Steps

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_CACHE = "vectors"


@click.command("eval")
@click.option("--corpus", type=_FILE, help="Texts: JSON lines with id, text and perhaps title.")
@click.option("--files", type=_FOLDER, help="A folder of real files instead; their ids are their paths below it.")
@click.option("--queries", type=_FILE, required=True, help="Questions: JSON lines with id and text.")
@click.option("--qrels", type=_FILE, required=True, help="Judgements: question id, document id, grade, with tabs.")
@click.option("--run", "run_out", type=_OUT, help="Write the ranking: question id, document id, score.")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help="Keep vectors here between runs.")
@click.option("--embedder", default=None, metavar="NAME", help="Another embedding model, by name or path.")
@json_option
def evaluate(
    corpus: Path | None,
    files: Path | None,
    queries: Path,
    qrels: Path,
    run_out: Path | None,
    cache: Path | None,
    embedder: str | None,
    as_json: bool,
) -> None:
    """Ask questions whose right documents are known, and score what is found.

    Reads, cuts, indexes and searches exactly as the library does, in a folder that is thrown away. Prints nDCG@10,
    MRR@10 and success at 1, 5 and 10, for words alone, for meaning alone, and for both.
    """
    if (corpus is None) == (files is None):
        raise click.UsageError("Name the texts with either --corpus FILE or --files DIR.")
    from ..evaluation.retrieval import evaluate as run_evaluation
    from ..inference.registry import open_embedder
    from ..knowledge.isolation import ReaderProcess
    from ..paths import StoragePaths
    from ..plugins import Plugins

    settings, isolation = settings_for(None), ReaderProcess()
    try:
        with Steps(quiet=as_json) as steps:

            def tell(progress: JobProgress) -> None:
                steps.show(progress.stage, progress.done, progress.total)

            report = run_evaluation(
                corpus=corpus or files or Path(),
                queries=queries,
                qrels=qrels,
                run_out=run_out,
                embedder=open_embedder(
                    settings.embedder if embedder is None else embedder, StoragePaths(Path(settings.home)).models
                ),
                readers=Plugins().readers(),
                isolation=isolation,
                limits=settings.reading_limits,
                cache=cache,
                tell=tell,
                cancelled=lambda: False,
            )
    except AssistError as refusal:
        fail(refusal.message)
    finally:
        isolation.close()
    if as_json:
        print_json(report)
    else:
        measures.print_report(report)


@click.command("bench")
@click.option("--only", multiple=True, metavar="NAME", help="Only this measurement; may be repeated.")
@click.option("--eval-dir", type=_FOLDER, help="Retrieval sets (scifact, cosqa, lessons) in folders of BEIR form.")
@click.option("--out", type=_OUT, default=Path("bench-results", "bench.json"), show_default=True)
@click.option("--full", is_flag=True, help="Also kill a writing process 200 times, and compare on whole sets.")
@json_option
def bench(only: tuple[str, ...], eval_dir: Path | None, out: Path, full: bool, as_json: bool) -> None:
    """Measure speed, quality and size, each beside a rival in the same run, and hold them against their bars.

    What cannot be measured here is listed with the reason. Your library is not touched.
    """
    from ..evaluation.bench_setting import Setting
    from ..evaluation.benches import BENCHES, names, run
    from ..evaluation.machine import this_machine

    if unknown := sorted(set(only) - set(BENCHES)):
        raise click.UsageError(f"--only {unknown[0]}: choose from {', '.join(BENCHES)}.")
    clock = Clock()
    machine = this_machine(clock)
    figures: dict[str, list[Figure]] = {}
    with (
        tempfile.TemporaryDirectory(prefix="devassist-bench-", ignore_cleanup_errors=True) as scratch,
        Steps(quiet=as_json) as steps,
    ):
        setting = Setting(
            eval_dir=eval_dir and eval_dir.absolute(),
            scratch=Path(scratch).resolve(),
            cache=out.absolute().parent / _CACHE,
            full=full,
            clock=clock,
            say=lambda what: steps.show(what, None, None),
        )
        chosen = [name for name in BENCHES if name in only] or names(full=full)
        for name, found in run(chosen, setting):
            figures[name] = found
            for figure in found:
                steps.note(measures.in_words(figure))
    results = {"machine": machine, "figures": figures}
    _write(out, results)
    if as_json:
        print_json(results)
    else:
        measures.print_figures([figure for found in figures.values() for figure in found], machine)
        click.echo(f"Written to {out}.", err=True)


def _write(path: Path, results: object) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
    except OSError as error:
        fail(InvalidInput(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.").message)
