"""What is shipped was made by the exporter, and is safe to multiply with on any CPU."""

from pathlib import Path

import msgspec

from jupyter_devassist.inference.model_folder import read_config
from jupyter_devassist.inference.onnx_embedder import BUNDLED
from jupyter_devassist.inference.quantising import WIDEST_SAFE_WEIGHT, widest_weight


def test_no_shipped_weight_can_saturate_a_cpu_without_vnni() -> None:
    pair_of_products = 2 * 255 * widest_weight(BUNDLED / "model.onnx")
    assert pair_of_products <= 2**15 - 1
    assert 2 * 255 * (WIDEST_SAFE_WEIGHT + 1) > 2**15 - 1


def test_the_shipped_model_carries_its_licence_and_its_source() -> None:
    assert "Apache License" in (BUNDLED / "LICENSE").read_text()
    config = read_config(BUNDLED)
    assert config.source == "sentence-transformers/all-MiniLM-L6-v2"
    assert {file.name for file in BUNDLED.iterdir()} == {"model.onnx", "tokenizer.json", "config.json", "LICENSE"}
    assert str(Path.home()) not in msgspec.json.encode(config).decode()
