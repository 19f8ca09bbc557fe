"""The encoder as an ONNX graph for one sentence, its matrices in eight bits."""

import importlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from knowledge.training.weights import WIDTH, Weights

_HEADS = 12
_TINY = 1e-12


def write_graph(weights: Weights, layers: int, path: Path) -> None:
    """Write the encoder: word vectors of one sentence in, one vector out.

    The table of word vectors stays outside: numpy looks up a few faster than all are copied.
    """
    quantization: Any = importlib.import_module("onnxruntime.quantization")
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        write_whole_graph(weights, layers, whole)
        quantization.quantize_dynamic(
            whole,
            path,
            weight_type=quantization.QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul"],
            extra_options={"MatMulConstBOnly": True},
        )


def write_whole_graph(weights: Weights, layers: int, path: Path) -> None:
    """Write the encoder with nothing rounded: four times as large, and slower."""
    onnx: Any = importlib.import_module("onnx")
    onnx.save(_Graph(onnx, weights).build(layers), str(path))


class _Graph:
    def __init__(self, onnx: Any, weights: Weights) -> None:
        self._onnx = onnx
        self._weights = weights
        self._nodes: list[Any] = []
        self._held: dict[str, Any] = {}

    def build(self, layers: int) -> Any:
        helper, floats = self._onnx.helper, self._onnx.TensorProto.FLOAT
        self._hold("apart", np.array([0, _HEADS, WIDTH // _HEADS], np.int64))
        self._hold("together", np.array([0, WIDTH], np.int64))
        self._hold("root", np.array(np.sqrt(WIDTH // _HEADS), np.float32))
        x = self._norm("begin", "sentence")
        for layer in range(layers):
            x = self._layer(str(layer), x)
        self._nodes.append(
            helper.make_node("ReduceMean", [x], ["meaning"], axes=[0], keepdims=0, name="mean")
        )
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("sentence", floats, ["pieces", WIDTH])],
            [helper.make_tensor_value_info("meaning", floats, [WIDTH])],
            list(self._held.values()),
        )
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", 17)],
            ir_version=8,
            producer_name="lanyard",
        )

    def _layer(self, at: str, x: str) -> str:
        seen = self._dense(f"{at}.see", x)
        parts = [f"{at}.{name}.flat" for name in ("query", "key", "value")]
        self._nodes.append(self._onnx.helper.make_node("Split", [seen], parts, axis=1))
        heads = [self._node("Reshape", [part, "apart"], f"{part}.heads") for part in parts]
        query = self._turn(heads[0], f"{at}.query", (1, 0, 2))
        key = self._turn(heads[1], f"{at}.key", (1, 2, 0))
        value = self._turn(heads[2], f"{at}.value", (1, 0, 2))
        dots = self._node(
            "Div", [self._node("MatMul", [query, key], f"{at}.dots"), "root"], f"{at}.small"
        )
        weigh = self._node("Softmax", [dots], f"{at}.weigh", axis=-1)
        mixed = self._turn(
            self._node("MatMul", [weigh, value], f"{at}.mix"), f"{at}.back", (1, 0, 2)
        )
        said = self._dense(f"{at}.say", self._node("Reshape", [mixed, "together"], f"{at}.joined"))
        middle = self._norm(f"{at}.mid", self._node("Add", [x, said], f"{at}.first"))
        down = self._dense(f"{at}.down", self._gelu(at, self._dense(f"{at}.up", middle)))
        return self._norm(f"{at}.end", self._node("Add", [middle, down], f"{at}.second"))

    def _dense(self, name: str, x: str) -> str:
        matrix = np.ascontiguousarray(self._weights[f"{name}.weight"].T)
        self._hold(f"{name}.matrix", matrix)
        self._hold(f"{name}.bias", self._weights[f"{name}.bias"])
        return self._node(
            "Add",
            [self._node("MatMul", [x, f"{name}.matrix"], f"{name}.times"), f"{name}.bias"],
            name,
        )

    def _norm(self, name: str, x: str) -> str:
        self._hold(f"{name}.scale", self._weights[f"{name}.scale"])
        self._hold(f"{name}.shift", self._weights[f"{name}.shift"])
        inputs = [x, f"{name}.scale", f"{name}.shift"]
        return self._node("LayerNormalization", inputs, f"{name}.norm", axis=-1, epsilon=_TINY)

    def _gelu(self, at: str, x: str) -> str:
        # written as onnxruntime's own pattern, so that it is fused into one step
        self._hold("two", np.array(np.sqrt(2), np.float32))
        self._hold("one", np.array(1, np.float32))
        self._hold("half", np.array(0.5, np.float32))
        bell = self._node("Erf", [self._node("Div", [x, "two"], f"{at}.bell.in")], f"{at}.bell")
        rise = self._node("Mul", [x, self._node("Add", [bell, "one"], f"{at}.rise")], f"{at}.gate")
        return self._node("Mul", [rise, "half"], f"{at}.gelu")

    def _turn(self, x: str, name: str, order: tuple[int, int, int]) -> str:
        return self._node("Transpose", [x], name, perm=list(order))

    def _node(self, kind: str, inputs: list[str], name: str, **how: Any) -> str:
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], name=name, **how))
        return name

    def _hold(self, name: str, array: Any) -> None:
        self._held[name] = self._onnx.numpy_helper.from_array(np.asarray(array), name)
