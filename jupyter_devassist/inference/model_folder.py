"""What lies in a model folder: ``model.onnx``, ``tokenizer.json``, ``config.json`` and ``LICENSE``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from ..errors import ModelUnavailable
from ..values import Value

MODEL = "model.onnx"
TOKENIZER = "tokenizer.json"
CONFIG = "config.json"
LICENCE = "LICENSE"


class ModelConfig(Value):
    """How to use the model beside it. ``window_tokens`` counts the special tokens too.

    ``name`` ends in a fingerprint of everything that shapes the vectors.
    """

    name: str
    dimension: int
    window_tokens: int
    pooling: Literal["mean", "cls"]
    query_prefix: str
    passage_prefix: str
    source: str
    quantisation: str


def is_model_folder(folder: Path) -> bool:
    """Whether the folder is one of ours, be it damaged; sentence-transformers keeps its own config.json."""
    if (folder / MODEL).is_file():
        return True
    try:
        msgspec.json.decode((folder / CONFIG).read_bytes(), type=ModelConfig)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True


def read_config(folder: Path) -> ModelConfig:
    """Read ``config.json``, having seen that the other files exist."""
    for name in (CONFIG, MODEL, TOKENIZER):
        if not (folder / name).is_file():
            raise ModelUnavailable(
                f"The model folder {folder} has no {name}; make it again with `jupyter devassist models export`."
            )
    try:
        return msgspec.json.decode((folder / CONFIG).read_bytes(), type=ModelConfig)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise damaged(folder / CONFIG, error) from error


def damaged(file: Path, reason: BaseException) -> ModelUnavailable:
    """The refusal for a file of a model folder that is there but of no use."""
    first_line = (str(reason).splitlines() or [type(reason).__name__])[0]
    return ModelUnavailable(
        f"{file} cannot be used ({first_line}); make the model again with `jupyter devassist models export`."
    )
