import pytest

from jupyter_devassist.inference.onnx_embedder import OnnxEmbedder


@pytest.fixture(scope="session")
def minilm() -> OnnxEmbedder:
    return OnnxEmbedder.bundled(threads=2)
