#!/usr/bin/env python3
"""Computes a pack's self-test with ONNX Runtime and writes it into its pack.json.

    python3 self_test_reference.py PACK.json MODEL.onnx [OUTPUT]

MODEL.onnx is the pack's network in 32-bit floats, channels first, and OUTPUT the name of its class scores or logits, inside
the network or at its end (the first output if it is not given). Needs numpy, onnx, Pillow and onnxruntime. The input is
the test card of `vitrine_pixels` at the network's own size, so that no resampling comes in between. Of a segmenter, all
classes at 4 x 4 places of the grid are kept, the corners among them: padding goes wrong there first. Of a classifier, all
columns are kept.
"""

import json
import re
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime

sys.path.insert(0, str(Path(__file__).parents[2] / "pixels" / "tests"))
from make_resample_goldens import test_card

# Largest absolute difference that passes. Scores here span about 20; another order of summation in 32-bit floats
# moves them by some 1e-5, a wrong kernel by whole units.
TOLERANCE = 0.005


def network_input(pack):
    """`[1, 3, height, width]`, as the pack's `input` says."""
    card = test_card(pack["input"]["width"], pack["input"]["height"]).astype(numpy.float32)
    if pack["input"]["colour"] == "bgr":
        card = card[:, :, ::-1]
    mean, std = (numpy.array(pack["input"][name], numpy.float32) for name in ("mean", "std"))
    return ((card - mean) / std).transpose(2, 0, 1)[None]


def scores(pack, model, output):
    """`[rows, columns, classes]`; a classifier has one row and one column."""
    graph = onnx.load(model)
    if output and output not in [known.name for known in graph.graph.output]:
        graph.graph.output.append(onnx.ValueInfoProto(name=output))
    session = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"])
    output = output or session.get_outputs()[0].name
    (result,) = session.run([output], {session.get_inputs()[0].name: network_input(pack)})
    return result[0].transpose(1, 2, 0) if result.ndim == 4 else result[None]


def self_test(pack, model, output):
    grid = scores(pack, model, output)
    rows, columns, classes = grid.shape
    expected = pack["output"].get("columns", len(pack["classes"]))
    assert classes == expected, f"{classes} scores, the pack names {expected}"
    places = [(row, column) for row in spread(rows) for column in spread(columns)]
    indices = [(row * columns + column) * classes + index for row, column in places for index in range(classes)]
    return {
        "reference": f"ONNX Runtime {onnxruntime.__version__} on the network in float32",
        "indices": indices,
        "values": [round(float(value), 4) for value in grid.reshape(-1)[indices]],
        "tolerance": TOLERANCE,
    }


def spread(count):
    return sorted({round(step * (count - 1) / 3) for step in range(4)})


def main():
    path, model, *output = sys.argv[1:]
    text = Path(path).read_text(encoding="utf-8")
    text = re.sub(r',\n  "self_test": \{.*?\n  \}(?=\n\}\n$)', "", text, flags=re.DOTALL)
    result = self_test(json.loads(text), model, *output or [None])
    fields = ",\n".join(f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in result.items())
    Path(path).write_text(text.removesuffix("\n}\n") + ',\n  "self_test": {\n' + fields + "\n  }\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
