"""Turn a sentence-transformers model into a folder that onnxruntime runs in 8-bit integers on any CPU.

Needs the extra ``[transformers]``.
"""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from ..errors import ModelUnavailable
from .model_folder import CONFIG, LICENCE, MODEL, TOKENIZER, ModelConfig
from .onnx_embedder import OnnxEmbedder
from .quantising import quantise
from .sentence_transformer import (
    dimension_of,
    label_of,
    load_sentence_transformer,
    pooling_of,
    prefixes_of,
    window_of,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_AGREEMENT_NEEDED = 0.95
_PROBES = (
    "A list comprehension builds a new list from an iterable in one expression.",
    "def mean(values):\n    return sum(values) / len(values)",
    "The mitochondrion produces most of the cell's chemical energy.",
)


def export_embedder(
    name_or_path: str,
    folder: Path,
    *,
    name: str | None = None,
    licence: Path | None = None,
    allow_network: bool = False,
) -> ModelConfig:
    """Export a model into ``folder``, replacing what is there only once the new model has proved itself.

    ``name`` is what to call it where a path says too little; ``licence`` is the text to lay beside it where the
    source carries none.
    """
    source = name or (label_of(name_or_path) if Path(name_or_path).exists() else name_or_path)
    label = label_of(source)
    with _quiet():
        model = load_sentence_transformer(name_or_path, allow_network=allow_network, backend="onnx")
    pooling = pooling_of(model)
    if pooling is None:
        raise ModelUnavailable(
            f"{name_or_path} does not end in mean or first-token pooling, the two an exported model can have; "
            "it can still be used by its name, through torch."
        )
    query_prefix, passage_prefix = prefixes_of(model, source)
    window = window_of(model)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".export-", dir=folder.parent) as scratch:
        draft = Path(scratch, "draft")
        draft.mkdir()
        with _quiet(), _refusing(name_or_path):
            model.save_pretrained(str(Path(scratch, "fp32")), create_model_card=False)
            quantise(Path(scratch, "fp32", "onnx", "model.onnx"), draft / MODEL)
            (draft / TOKENIZER).write_text(model.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
        (draft / LICENCE).write_text(_licence_text(name_or_path, source, licence), encoding="utf-8")
        config = ModelConfig(
            name=f"{label}-int8-{_fingerprint(draft, pooling, query_prefix, passage_prefix, str(window))}",
            dimension=dimension_of(model),
            window_tokens=window,
            pooling=pooling,
            query_prefix=query_prefix,
            passage_prefix=passage_prefix,
            source=source,
            quantisation="8-bit activations scaled at run time, 7-bit weights per channel",
        )
        (draft / CONFIG).write_bytes(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")
        _check_agreement(model, OnnxEmbedder.load(draft), name_or_path)
        folder.mkdir(exist_ok=True)
        for file in (MODEL, TOKENIZER, LICENCE, CONFIG):
            (draft / file).replace(folder / file)
    return config


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep tracing and quantising from warning about what is meant to be."""
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


@contextmanager
def _refusing(name_or_path: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # torch, optimum and onnx share no narrower base
        raise ModelUnavailable(
            f"{name_or_path} cannot be exported ({error}); it can still be used by its name, through torch."
        ) from error


def _licence_text(name_or_path: str, source: str, licence: Path | None) -> str:
    """What was changed in the model, then the licence it came with."""
    statement = (
        f"The model in this folder was made from {source}: exported to ONNX and quantised to 8-bit integers;\n"
        "its vocabulary is unchanged. It is distributed under the licence of its source.\n"
    )
    candidates = [licence] if licence else sorted(Path(name_or_path).glob("LICEN[CS]E*"))
    return "\n".join([statement, *(file.read_text(encoding="utf-8") for file in candidates)])


def _fingerprint(draft: Path, *recipe: str) -> str:
    digest = hashlib.sha256("\n".join(recipe).encode())
    for file in (MODEL, TOKENIZER):
        digest.update((draft / file).read_bytes())
    return digest.hexdigest()[:12]


def _check_agreement(model: SentenceTransformer, exported: OnnxEmbedder, name_or_path: str) -> None:
    expected = model.encode(list(_PROBES), normalize_embeddings=True, show_progress_bar=False, prompt="")
    found = exported.embed_passages(_PROBES)
    cosine = float(np.sum(np.asarray(expected) * found, axis=1).min())
    if cosine < _AGREEMENT_NEEDED:
        raise ModelUnavailable(
            f"{name_or_path} does not survive quantisation (cosine {cosine:.3f} to its source, "
            f"{_AGREEMENT_NEEDED} needed); it can still be used by its name, through torch."
        )
