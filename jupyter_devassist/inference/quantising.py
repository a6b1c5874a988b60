"""An ONNX model's weights to 8-bit integers that multiply exactly on any CPU. Needs the extra ``[transformers]``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

# AVX2 without VNNI adds two products of an unsigned activation and a signed weight in 16 bits:
# 2 x 255 x 64 = 32,640 still fits, with a weight of 65 the sum would saturate silently.
WIDEST_SAFE_WEIGHT = 64

_AXES = "row_scale_axes"
_FLOOR = "row_scale_floor"


def quantise(fp32: Path, target: Path) -> None:
    """Write ``target``: weights in 7 bits per channel, activations in 8 bits with a scale found at run time."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(fp32))
    _scale_rows(model)
    quantize_dynamic(model, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    widest = widest_weight(target)
    if widest > WIDEST_SAFE_WEIGHT:
        raise ValueError(f"a quantised weight of {widest} saturates on CPUs without VNNI")


def widest_weight(model_file: Path) -> int:
    """The largest magnitude among the integer weights that a model multiplies with, relative to their zero points."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(model_file)).graph
    constants = {entry.name: entry for entry in graph.initializer}
    widest = 0
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            weight, zero_point = (numpy_helper.to_array(constants[node.input[place]]) for place in (1, 3))
            widest = max(widest, int(np.abs(weight.astype(np.int32) - zero_point.astype(np.int32)).max()))
    return widest


def _scale_rows(model: ModelProto) -> None:
    """Let every token have its own activation scale where a layer narrows: x W becomes ((x / max|x|) W) max|x|.

    One scale is found per run, and the separator tokens leave the wide layer of a transformer block many times larger
    than words do, which costs the words most of their bits: scaling halves the error of the whole model for 4 % of
    its time (all-MiniLM-L6-v2).
    """
    from onnx import numpy_helper

    graph = model.graph
    shapes = {entry.name: tuple(entry.dims) for entry in graph.initializer}
    graph.initializer.append(numpy_helper.from_array(np.array([-1], dtype=np.int64), _AXES))
    graph.initializer.append(numpy_helper.from_array(np.array([1e-6], dtype=np.float32), _FLOOR))
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    nodes: list[NodeProto] = []
    for node in graph.node:
        shape = shapes.get(node.input[1], ()) if node.op_type == "MatMul" else ()
        if len(shape) == 2 and shape[0] > shape[1]:
            nodes.extend(_scaled(node, opset))
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _scaled(node: NodeProto, opset: int) -> list[NodeProto]:
    from onnx.helper import make_node

    activations, product, label = node.input[0], node.output[0], f"{node.output[0]}/rows"
    size, largest, scale, scaled, narrow = (f"{label}/{part}" for part in ("size", "largest", "scale", "x", "product"))
    node.input[0], node.output[0] = scaled, narrow
    reduce = (
        make_node("ReduceMax", [size, _AXES], [largest], name=largest, keepdims=1)
        if opset >= 18
        else make_node("ReduceMax", [size], [largest], name=largest, keepdims=1, axes=[-1])
    )
    return [
        make_node("Abs", [activations], [size], name=size),
        reduce,
        make_node("Max", [largest, _FLOOR], [scale], name=scale),
        make_node("Div", [activations, scale], [scaled], name=scaled),
        node,
        make_node("Mul", [narrow, scale], [product], name=f"{label}/mul"),
    ]
