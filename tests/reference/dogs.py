"""Breeds of dog in ONNX Runtime, beside those of `vitrine eval`.

    vitrine eval ID DATASET --json > EVAL.json
    python3 tests/reference/dogs.py MODEL.onnx stanford_dogs.csv DATASET EVAL.json --mean 128 --scale 0.007874015719

DATASET is a folder of folders (one a breed) of photos that are 224 x 224. Prints n, ONNX Runtime's top-1 and top-5 on
pixels that Pillow read, and the share of photos on which both give the same best breed. Needs numpy, onnxruntime, pillow.
"""

import argparse
import csv
import json
import pathlib

import numpy as np
import onnxruntime
from PIL import Image

parser = argparse.ArgumentParser()
for name in ("model", "breeds", "dataset", "evaluation"):
    parser.add_argument(name)
parser.add_argument("--mean", type=float, required=True)
parser.add_argument("--scale", type=float, required=True)
arguments = parser.parse_args()

with open(arguments.breeds, newline="") as file:
    breeds = list(csv.DictReader(file))
columns = [int(breed["model_output_index"]) for breed in breeds]
truth_of = {breed["folder"]: index for index, breed in enumerate(breeds)}
with open(arguments.evaluation) as file:
    items = json.load(file)["items"]

session = onnxruntime.InferenceSession(arguments.model, providers=["CPUExecutionProvider"])
top1 = top5 = same = 0
for item in items:
    path = pathlib.Path(arguments.dataset) / item["file"]
    pixels = np.asarray(Image.open(path).convert("RGB"), np.float32)
    assert pixels.shape == (224, 224, 3), f"{path} is {pixels.shape}"
    picture = ((pixels - np.float32(arguments.mean)) * np.float32(arguments.scale)).transpose(2, 0, 1)[None]
    ranked = np.argsort(-session.run(["logits"], {"image": picture})[0][0][columns], kind="stable")
    truth = truth_of[path.parent.name]
    top1 += ranked[0] == truth
    top5 += truth in ranked[:5]
    same += ranked[0] == item["ranked"][0]["class"]
n = len(items)
print(json.dumps({"n": n, "top1": top1 / n, "top5": top5 / n, "same_top1": same / n}))
