"""COCO AP of a detector in ONNX Runtime, with the decoding of its authors: the figure that `vitrine eval` is held against.

    python3 tests/reference/coco_ap.py yolox|picodet MODEL.onnx DATASET [--filter pillow|opencv]

DATASET has images/ and instances.json. Prints AP, AP50 and AP75 of pycocotools. Needs numpy, onnxruntime, pillow,
pycocotools, and opencv for its filter.
"""

import argparse
import contextlib
import io
import json
import pathlib

import numpy as np
import onnxruntime
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

SIDE = 416
FLOOR = 0.01
MAX_IOU = 0.6


def resized(image, width, height, how):
    if how == "opencv":
        import cv2

        return cv2.resize(np.asarray(image), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(image.resize((width, height), Image.BILINEAR))


def yolox(session, image, how):
    """Boxes as left, top, right, bottom in image pixels, and a score for each class."""
    scale = min(SIDE / image.height, SIDE / image.width)
    small = resized(image, int(image.width * scale), int(image.height * scale), how)
    canvas = np.full((SIDE, SIDE, 3), 114, np.float32)
    canvas[: small.shape[0], : small.shape[1]] = small
    rows = session.run(None, {"images": canvas[None, :, :, ::-1].transpose(0, 3, 1, 2)})[0][0]
    grids, strides = [], []
    for stride in (8, 16, 32):
        cells = SIDE // stride
        y, x = np.mgrid[:cells, :cells]
        grids.append(np.stack([x, y], -1).reshape(-1, 2))
        strides.append(np.full((cells * cells, 1), stride))
    grids, strides = np.concatenate(grids), np.concatenate(strides)
    centre = (rows[:, :2] + grids) * strides
    half = np.exp(rows[:, 2:4]) * strides / 2
    boxes = np.concatenate([centre - half, centre + half], 1) / scale
    return boxes, rows[:, 4:5] * rows[:, 5:]


def picodet(session, image, how):
    """Boxes as left, top, right, bottom in image pixels, and a score for each class."""
    pixels = resized(image, SIDE, SIDE, how).astype(np.float32)
    pixels = (pixels - [123.675, 116.28, 103.53]) / [58.395, 57.12, 57.375]
    outputs = session.run(None, {"image": pixels[None].transpose(0, 3, 1, 2).astype(np.float32)})
    boxes, scores = [], []
    for level, stride in enumerate((8, 16, 32, 64)):
        cells = -(-SIDE // stride)
        y, x = np.mgrid[:cells, :cells]
        centre = (np.stack([x, y], -1).reshape(-1, 2) + 0.5) * stride
        bins = outputs[4 + level][0].reshape(-1, 4, 8)
        bins = np.exp(bins - bins.max(-1, keepdims=True))
        side = (bins / bins.sum(-1, keepdims=True)) @ np.arange(8) * stride
        boxes.append(np.concatenate([centre - side[:, :2], centre + side[:, 2:]], 1))
        scores.append(outputs[level][0])
    factor = np.array([image.width, image.height] * 2) / SIDE
    return np.concatenate(boxes) * factor, np.concatenate(scores)


def suppressed(boxes, scores):
    """Indices that stay, most confident first."""
    order, kept = np.argsort(-scores, kind="stable"), []
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while len(order):
        best, rest = order[0], order[1:]
        kept.append(best)
        low, high = np.maximum(boxes[best, :2], boxes[rest, :2]), np.minimum(boxes[best, 2:], boxes[rest, 2:])
        both = np.prod(np.clip(high - low, 0, None), 1)
        order = rest[both / (area[best] + area[rest] - both) <= MAX_IOU]
    return kept


def detections(boxes, scores, image):
    """The hundred best after non-maximum suppression, class by class: class, score, box inside the image."""
    found = []
    boxes = np.clip(boxes, 0, [image.width, image.height] * 2)
    for label in range(scores.shape[1]):
        mask = scores[:, label] >= FLOOR
        own, own_scores = boxes[mask], scores[mask, label]
        found += [(label, float(own_scores[i]), own[i].tolist()) for i in suppressed(own, own_scores)]
    return sorted(found, key=lambda it: -it[1])[:100]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("head", choices=["yolox", "picodet"])
    parser.add_argument("model")
    parser.add_argument("dataset", type=pathlib.Path)
    parser.add_argument("--filter", choices=["pillow", "opencv"], default="pillow")
    arguments = parser.parse_args()
    session = onnxruntime.InferenceSession(arguments.model, providers=["CPUExecutionProvider"])
    head = {"yolox": yolox, "picodet": picodet}[arguments.head]
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(arguments.dataset / "instances.json"))
    categories = sorted(truth.getCatIds())
    results = []
    for image_id in sorted(truth.getImgIds()):
        name = truth.loadImgs(image_id)[0]["file_name"]
        image = Image.open(arguments.dataset / "images" / name).convert("RGB")
        for label, score, (left, top, right, bottom) in detections(*head(session, image, arguments.filter), image):
            box = [left, top, right - left, bottom - top]
            results.append({"image_id": image_id, "category_id": categories[label], "bbox": box, "score": score})
    with contextlib.redirect_stdout(io.StringIO()):
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    ap, ap50, ap75 = evaluation.stats[:3]
    print(json.dumps({"n": len(truth.getImgIds()), "ap": ap, "ap50": ap50, "ap75": ap75}))


main()
