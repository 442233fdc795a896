#!/usr/bin/env python3
"""Writes the goldens of COCO's metrics: random boxes, and what pycocotools says of them.

Run by hand, with numpy and pycocotools (the committed files are of pycocotools 2.0.11 and numpy 2.4):
python3 make_coco_goldens.py [FOLDER WITH instances.json]
`tests/coco_metrics.rs` reads `golden/coco/<case>.json`. With a folder, `golden/coco/subset.json` is made too: only the
figures for detections that both sides derive from that file by the same arithmetic, none of its boxes.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

GOLDEN = Path(__file__).parent / "golden" / "coco"
NAMES = "ap ap50 ap75 ap_small ap_medium ap_large ar1 ar10 ar100 ar_small ar_medium ar_large".split()


def evaluate(truth, detections):
    """The twelve figures by name, and average precision by category."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(detections), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    figures = {name: float(value) for name, value in zip(NAMES, evaluation.stats)}
    by_category = {}
    for at, category in enumerate(evaluation.params.catIds):
        precision = evaluation.eval["precision"][:, :, at, 0, 2]
        if (precision > -1).any():
            by_category[str(category)] = float(precision[precision > -1].mean())
    # Truths at a threshold of 0.5, crowds left out: evalImgs has an entry by category, range of areas and image.
    whole = [entry for entry in evaluation.evalImgs if entry and entry["aRng"] == [0, 1e10]]
    counted = [entry["gtMatches"][0][entry["gtIgnore"] == 0] for entry in whole]
    at_50 = {
        "found": int(sum((matches > 0).sum() for matches in counted)),
        "missed": int(sum((matches == 0).sum() for matches in counted)),
    }
    return {"figures": figures, "by_category": by_category, "at_50": at_50}


def random_case(seed, images, categories, objects, decimals, shift, strays, crowd=0.1):
    """Truth with crowds and odd areas, and detections: jittered truths, doubles, and boxes that mean nothing."""
    random = numpy.random.default_rng(seed)
    truth = {"images": [], "annotations": [], "categories": [{"id": i + 1} for i in range(categories)]}
    detections = []

    def number(value):
        return round(float(value), 2)

    def box():
        side = numpy.exp(random.uniform(numpy.log(6), numpy.log(260), 2))
        corner = random.uniform(0, 400, 2)
        return [number(v) for v in (*corner, *side)]

    def detect(image, category, bbox):
        # Few decimals make equal scores, which stable sorting has to settle.
        score = round(float(random.uniform(0, 1)), decimals)
        detections.append({"image_id": image, "category_id": category, "bbox": bbox, "score": score})

    for image in range(1, images + 1):
        truth["images"].append({"id": image, "width": 640, "height": 480})
        for _ in range(random.integers(0, objects + 1)):
            bbox, category = box(), int(random.integers(1, categories + 1))
            area = number(bbox[2] * bbox[3] * random.uniform(0.4, 1.0))
            truth["annotations"].append({
                "id": len(truth["annotations"]) + 1, "image_id": image, "category_id": category, "bbox": bbox,
                "area": area, "iscrowd": int(random.uniform() < crowd),
            })
            for _ in range(random.integers(0, 4)):
                moved = [v + random.normal(0, shift) * bbox[2 + i % 2] for i, v in enumerate(bbox)]
                detect(image, category, [number(v) for v in (*moved[:2], max(moved[2], 0), max(moved[3], 0))])
        for _ in range(random.integers(0, strays + 1)):
            detect(image, int(random.integers(1, categories + 1)), box())
    return truth, detections


def jittered(instances):
    """Detections from truths by whole numbers alone: `jittered` of `tests/coco_metrics.rs` does the same."""
    state, detections = 1, []
    for annotation in instances["annotations"]:
        for _ in range(2):
            steps = []
            for _ in range(5):
                state = (state * 1664525 + 1013904223) % 2**32
                steps.append(state // 2**16 % 1000)
            x, y, width, height = annotation["bbox"]
            bbox = [
                x + (steps[0] - 500) * 0.0005 * width,
                y + (steps[1] - 500) * 0.0005 * height,
                width * (0.75 + steps[2] * 0.0005),
                height * (0.75 + steps[3] * 0.0005),
            ]
            detections.append({
                "image_id": annotation["image_id"], "category_id": annotation["category_id"], "bbox": bbox,
                "score": steps[4] * 0.001,
            })
    return detections


def write(name, value):
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")


def main():
    cases = {
        "few": random_case(1, 6, 3, 6, 3, 0.08, 3),
        "ties": random_case(2, 8, 2, 8, 1, 0.12, 8),
        # More than 100 detections of a class in an image.
        "many": random_case(3, 2, 1, 40, 3, 0.15, 200),
        "crowds": random_case(4, 6, 2, 8, 2, 0.1, 6, crowd=0.6),
    }
    for name, (truth, detections) in cases.items():
        write(name, {"truth": truth, "detections": detections, "expected": evaluate(truth, detections)})
    if len(sys.argv) > 1:
        instances = json.loads((Path(sys.argv[1]) / "instances.json").read_text())
        write("subset", {"expected": evaluate(instances, jittered(instances))})


if __name__ == "__main__":
    main()
