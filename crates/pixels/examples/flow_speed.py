#!/usr/bin/env python3
"""Times OpenCV's TV-L1 beside ours on the pairs of `flow_speed.rs`, in turns: one thread, medians.

With numpy, Pillow and opencv-contrib, after `cargo build --release -p vitrine-pixels --example flow_speed`:
python3 flow_speed.py .../target/release/examples/flow_speed
"""

import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy
from PIL import Image

sys.path.append(str(Path(__file__).parent.parent / "tests"))
from make_resample_goldens import test_card


def pair(width, height):
    card = Image.fromarray(test_card(2 * width, 2 * height))
    right, bottom = 2 * width - 8, 2 * height - 8
    boxes = [(8, 8, right, bottom), (11.5, 6, right - 2.5, bottom - 4)]
    frames = [card.resize((width, height), Image.Resampling.BILINEAR, box=box) for box in boxes]
    return [cv2.cvtColor(numpy.asarray(frame), cv2.COLOR_RGB2GRAY) for frame in frames]


def main():
    cv2.setNumThreads(1)
    times = {}
    for _ in range(5):
        for size, millis in re.findall(r"(\d+ x \d+): ([\d.]+) ms", subprocess.check_output(sys.argv[1], text=True)):
            times.setdefault(size, ([], []))[0].append(float(millis))
        for size, (_, theirs) in times.items():
            pictures = pair(*map(int, size.split(" x ")))
            start = time.perf_counter()
            flow = cv2.optflow.DualTVL1OpticalFlow_create().calc(*pictures, None)
            theirs.append((time.perf_counter() - start) * 1000)
    for size, (ours, theirs) in times.items():
        print(f"{size}: ours {statistics.median(ours):.1f} ms, OpenCV {cv2.__version__} {statistics.median(theirs):.1f} ms")


if __name__ == "__main__":
    main()
