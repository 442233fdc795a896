"""What ONNX Runtime makes of an exported file: 8-bit numbers in three ways, half precision, fused operators."""

import tempfile
from pathlib import Path

import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static


class Samples(CalibrationDataReader):
    """The test's own inputs, once."""

    def __init__(self, inputs):
        self.left = [{f"input_{index}": value.numpy() for index, value in enumerate(inputs)}]

    def get_next(self):
        return self.left.pop() if self.left else None


def quantised(model, inputs):
    """Names of variants of a file, and functions that write them."""

    def static(**options):
        def make(source, target):
            quantize_static(source, target, Samples(inputs), **options)

        return lambda: rewritten(model, make)

    formats = {"qdq": QuantFormat.QDQ, "qoperator": QuantFormat.QOperator}
    for name, form in formats.items():
        yield f"{name}_uint8", static(quant_format=form, activation_type=QuantType.QUInt8, per_channel=True)
        yield f"{name}_int8", static(quant_format=form, activation_type=QuantType.QInt8)
    yield "quantised_dynamically", lambda: rewritten(model, quantize_dynamic)
    yield "fused", lambda: rewritten(model, optimised)


def optimised(source, target):
    """As ONNX Runtime's own optimiser saves it, with operators of its own domain."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath, options.log_severity_level = target, 3
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def rewritten(model, make):
    """The bytes that `make` writes to its second path when it finds these at its first one."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "source.onnx", Path(folder) / "target.onnx"
        onnx.save(onnx.shape_inference.infer_shapes(onnx.load_from_string(model)), source)
        make(str(source), str(target))
        return target.read_bytes()
