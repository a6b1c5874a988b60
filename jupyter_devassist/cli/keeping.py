"""Keeping the library and its models in order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from rich.console import Console

from ..clock import Clock
from ..errors import OwnedElsewhere
from ..paths import StoragePaths
from ..storage.doctor import Finding
from . import output
from .house import settings_for
from .options import home_option, json_option, run


@click.command()
@click.option("--rebuild", is_flag=True, help="Rebuild both search indexes even if they look right.")
@home_option
@json_option
def doctor(rebuild: bool, home: Path | None, as_json: bool) -> None:
    """Check the library, repair what is wrong, and say what was done.

    Your files are never touched. A damaged database is set aside, never deleted.
    """
    findings = run(_examine(StoragePaths(Path(settings_for(home).home)), rebuild=rebuild))
    if as_json:
        output.print_json({"findings": findings})
    else:
        output.print_findings(findings)
    if any(finding.state == "failed" for finding in findings):
        raise SystemExit(1)


async def _examine(paths: StoragePaths, *, rebuild: bool) -> list[Finding]:
    from ..knowledge.doctor import examine
    from ..storage.owner import Owner

    paths.create()
    owner = Owner(paths)
    if not owner.acquire():
        raise OwnedElsewhere(f"{paths.home} is in use by a server; stop JupyterLab, then run the doctor again.")
    try:
        return await asyncio.to_thread(examine, paths, Clock(), embedder=None, rebuild=rebuild)
    finally:
        owner.release()


@click.group()
def models() -> None:
    """List the embedding models, and export others."""


@models.command("list")
@home_option
@json_option
def list_models(home: Path | None, as_json: bool) -> None:
    """Show the embedding models that can be used by name."""
    from ..inference.model_folder import is_model_folder, read_config
    from ..inference.onnx_embedder import BUNDLED

    settings = settings_for(home)
    folder = StoragePaths(Path(settings.home)).models
    named = [("minilm", BUNDLED)]
    if folder.is_dir():
        named += [(one.name, one) for one in sorted(folder.iterdir()) if is_model_folder(one)]
    in_use = settings.embedder or "minilm"
    rows = []
    for name, path in named:
        config = read_config(path)
        rows.append(
            {"name": name, "dimension": config.dimension, "tokens": config.window_tokens, "in_use": name == in_use}
        )
    if as_json:
        output.print_json({"models": rows})
        return
    for row in rows:
        mark = "*" if row["in_use"] else " "
        click.echo(f"{mark} {row['name']:<24} {row['dimension']} numbers, reads {row['tokens']} tokens")


@models.command("export")
@click.argument("name_or_path")
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Where to; by default the data folder's models.")
@click.option("--name", help="What to call it; by default the last part of NAME-OR-PATH.")
@click.option(
    "--licence", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A licence to lay beside it."
)
@click.option(
    "--allow-network", is_flag=True, help="Let the model be downloaded; without it nothing leaves the machine."
)
@home_option
def export_model(
    name_or_path: str,
    folder: Path | None,
    name: str | None,
    licence: Path | None,
    allow_network: bool,
    home: Path | None,
) -> None:
    """Turn a sentence-transformers model into a small int8 one that needs no torch.

    Needs the extra: pip install 'jupyter-devassist[transformers]'. Use the result with
    c.DevAssistApp.embedder = "NAME".
    """
    run(_export(name_or_path, folder, name, licence, allow_network, home))


async def _export(
    name_or_path: str,
    folder: Path | None,
    name: str | None,
    licence: Path | None,
    allow_network: bool,
    home: Path | None,
) -> None:
    from ..inference.export import export_embedder

    label = name or Path(name_or_path).name
    target = folder or StoragePaths(Path(settings_for(home).home)).models / label
    with Console(stderr=True).status(f"Exporting {label} ..."):
        await asyncio.to_thread(
            export_embedder, name_or_path, target, name=name, licence=licence, allow_network=allow_network
        )
    click.echo(f"{label} is ready in {target}; use it with c.DevAssistApp.embedder = {label!r}.")
