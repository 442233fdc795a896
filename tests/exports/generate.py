"""Exports networks from torch as cases that `vitrine conformance` reads.

    python3 -m pip install torch torchvision onnx onnxruntime onnxscript
    python3 tests/exports/generate.py OUT [NAME ...]

The networks are small and their weights random, with a seed. Each is exported by both of torch's exporters, by the older
one at several opsets; some with open sizes, in half precision, or quantised by ONNX Runtime. OUT gets a folder for each:
model.onnx, test_data_set_0/input_N.pb and ONNX Runtime's output_N.pb, data.json with its tolerances. NAME picks networks.
"""

import contextlib
import io
import json
import logging
import os
import shutil
import sys
import warnings
import zlib
from pathlib import Path

import numpy
import onnxruntime
import torch
from onnx import numpy_helper

import attention  # noqa: F401
import convolutional  # noqa: F401
import detection  # noqa: F401
import sampling  # noqa: F401
from networks import ALL
from quantised import quantised

# Of the exporter that traces; the other one writes its own opset, and is asked for a newer one too.
OPSETS = 11, 13, 17, 20
NEWER = 18, 23


def main(out, *names):
    written, refused = 0, []
    for name, network in ALL.items():
        if names and not any(part in name for part in names):
            continue
        for case, make in cases(network):
            folder = Path(out) / f"{name}_{case}"
            try:
                with quiet():
                    inputs, model, half = make()
                    write(folder, model, inputs, loose=half)
                written += 1
            except Exception as error:  # noqa: BLE001: torch's exporters and ONNX Runtime refuse in many ways.
                refused.append(f"{folder.name}: {type(error).__name__}: {str(error).strip()[:150]!r}")
    print(*refused, sep="\n")
    print(f"{written} cases in {out}; {len(refused)} that torch or ONNX Runtime refuse")


def cases(network):
    """Names of exports, and functions that give inputs, the file's bytes and whether it computes coarsely."""
    for opset in OPSETS:
        yield f"traced_{opset}", lambda opset=opset: (*exported(network, opset, False), None)
    for opset in NEWER:
        yield f"dynamo_{opset}", lambda opset=opset: (*exported(network, opset, True), None)
    if network.free:
        yield "traced_free", lambda: (*exported(network, 17, False, free=True), None)
        yield "dynamo_free", lambda: (*exported(network, 18, True, free=True), None)
    if network.half:
        yield "traced_half", lambda: (*exported(network, 17, False, half=True), 1e-2)
        yield "dynamo_half", lambda: (*exported(network, 18, True, half=True), 1e-2)
    if network.quantised:
        inputs, model = exported(network, 17, False)
        for case, make in quantised(model, inputs):
            yield case, lambda make=make: (inputs, make(), 2e-2)


def exported(network, opset, dynamo, free=False, half=False):
    """Random inputs, and the file that torch writes of the network."""
    torch.manual_seed(zlib.crc32(network.make.__name__.encode()))
    module = settled(network.make()).eval()
    inputs = tuple(torch.randn(shape) for shape in network.shapes)
    if half:
        module, inputs = module.half(), tuple(value.half() for value in inputs)
    names = [f"input_{index}" for index in range(len(inputs))]
    options = {"input_names": names, "opset_version": opset, "dynamo": dynamo}
    if free and dynamo:
        sizes = {axis: torch.export.Dim.DYNAMIC for axis in network.free}
        options["dynamic_shapes"] = (sizes,) if len(inputs) == 1 else (sizes, *[None] * (len(inputs) - 1))
    elif free:
        options["dynamic_axes"] = {names[0]: network.free}
    if dynamo:
        with torch.no_grad():
            program = torch.onnx.export(module, inputs, verbose=False, **options)
        return inputs, program.model_proto.SerializeToString()
    file = io.BytesIO()
    torch.onnx.export(module, inputs, file, **options)
    return inputs, file.getvalue()


def settled(module):
    """Batch norms have means and variances as after a training, not 0 and 1."""
    for part in module.modules():
        if getattr(part, "running_mean", None) is not None:
            part.running_mean.normal_(0, 0.2)
            part.running_var.uniform_(0.5, 1.5)
    return module


def write(folder, model, inputs, loose):
    """The case: its outputs are ONNX Runtime's; small numbers may differ by as much as the largest one allows."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    fed = {info.name: value.numpy() for info, value in zip(session.get_inputs(), inputs)}
    outputs = session.run(None, fed)
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    named = [(info.name, value) for info, value in zip(session.get_outputs(), outputs)]
    for stem, values in (("input", fed.items()), ("output", named)):
        for index, (name, value) in enumerate(values):
            tensor = numpy_helper.from_array(numpy.ascontiguousarray(value), name)
            (data / f"{stem}_{index}.pb").write_bytes(tensor.SerializeToString())
    (folder / "model.onnx").write_bytes(model)
    finite = [numpy.abs(value[numpy.isfinite(value)]).max(initial=0) for value in outputs if value.dtype.kind == "f"]
    scale = float(max(finite, default=0))
    tolerances = {"rtol": loose or 1e-3, "atol": scale * (loose or 1e-4)}
    (folder / "data.json").write_text(json.dumps(tolerances))


@contextlib.contextmanager
def quiet():
    """Without what the exporters print, which is much, and not all of it from Python."""
    kept = [os.dup(number) for number in (1, 2)]
    with open(os.devnull, "w") as nowhere, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sys.stdout.flush()
        for number in (1, 2):
            os.dup2(nowhere.fileno(), number)
        try:
            yield
        finally:
            sys.stdout.flush()
            for number, old in zip((1, 2), kept):
                os.dup2(old, number)
                os.close(old)


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
