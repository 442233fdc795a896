"""Writes ONNX's own backend test cases as folders that `vitrine conformance` reads.

    python3 -m pip install onnx==1.23.*
    python3 tests/conformance/generate.py OUT [NAMES]

OUT gets a folder for each case: model.onnx, test_data_set_N/input_N.pb and output_N.pb, data.json with its tolerances.
NAMES is a file with the names of the cases that are wanted, one a line; without it, all cases are written.
"""

import json
import sys
from pathlib import Path

import onnx
import onnx.backend.test.case.node
from onnx import numpy_helper


def main(out, names=None):
    wanted = set(Path(names).read_text().split()) if names else None
    written = 0
    for case in onnx.backend.test.case.node.collect_testcases(None):
        if wanted is None or case.name in wanted:
            written += write(case, Path(out) / case.name)
    print(f"{written} cases in {out}")


def write(case, folder):
    folder.mkdir(parents=True, exist_ok=True)
    graph = case.model.graph
    for index, (inputs, outputs) in enumerate(case.data_sets):
        data = folder / f"test_data_set_{index}"
        data.mkdir(exist_ok=True)
        try:
            for stem, values, infos in (("input", inputs, graph.input), ("output", outputs, graph.output)):
                for number, (value, info) in enumerate(zip(values, infos)):
                    tensor = value if isinstance(value, onnx.TensorProto) else numpy_helper.from_array(value, info.name)
                    (data / f"{stem}_{number}.pb").write_bytes(tensor.SerializeToString())
        except (TypeError, AttributeError):
            return 0  # Sequences and optionals are no tensors.
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    (folder / "data.json").write_text(json.dumps({"rtol": case.rtol, "atol": case.atol}))
    return 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(*sys.argv[1:])
