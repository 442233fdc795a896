#!/usr/bin/env python3
"""Writes the optical flow goldens: moving patterns with OpenCV's flow, OpenCV's grey test card, torchvision's colours.

Run by hand, with numpy, Pillow, opencv-contrib and torchvision (the committed files are of OpenCV 4.10.0 and
torchvision 0.29.2): python3 make_flow_goldens.py
`NAME.gray` holds two pictures, one byte a pixel; `NAME.flow` the flow from the first to the second, little-endian
floats, right and down of each pixel. `tests/flow.rs` lists the same cases.
"""

from pathlib import Path

import cv2
import numpy
import torch
from torchvision.utils import flow_to_image

from make_resample_goldens import test_card


def turned(degrees, zoom):
    angle = numpy.radians(degrees)
    return zoom * numpy.array([[numpy.cos(angle), -numpy.sin(angle)], [numpy.sin(angle), numpy.cos(angle)]])


# Name, size, how places move about the middle: matrix and shift.
CASES = [
    ("translated", (64, 48), numpy.eye(2), (1.7, -0.8)),
    ("rotated", (60, 52), turned(2.5, 1.0), (0.0, 0.0)),
    ("zoomed", (57, 45), turned(0.0, 1.05), (0.4, 0.0)),
    ("one_scale", (19, 17), numpy.eye(2), (-0.6, 0.5)),
    ("flat_strip", (90, 7), numpy.eye(2), (0.9, 0.0)),
]


def pattern(x, y):
    """Waves of several directions, so that no place looks like its neighbours; 0..255."""
    waves = numpy.sin(0.55 * x + 0.21 * y) + numpy.sin(0.17 * x - 0.48 * y + 1.0) + numpy.sin(0.31 * x + 0.77 * y + 2.0)
    return numpy.round(127.5 + 35.0 * waves + 10.0 * numpy.sin(1.3 * x) * numpy.cos(1.1 * y)).astype(numpy.uint8)


def moving(size, matrix, shift):
    """Two pictures of the pattern, the second one moved."""
    x, y = numpy.meshgrid(numpy.arange(size[0], dtype=float), numpy.arange(size[1], dtype=float))
    middle = (numpy.array(size) - 1) / 2
    places = numpy.stack([x - middle[0] - shift[0], y - middle[1] - shift[1]], axis=-1) @ numpy.linalg.inv(matrix).T
    return pattern(x, y), pattern(places[..., 0] + middle[0], places[..., 1] + middle[1])


def main():
    cv2.setNumThreads(1)
    folder = Path(__file__).parent / "golden" / "flow"
    folder.mkdir(exist_ok=True)
    for name, size, matrix, shift in CASES:
        first, second = moving(size, matrix, shift)
        flow = cv2.optflow.DualTVL1OpticalFlow_create().calc(first, second, None)
        (folder / f"{name}.gray").write_bytes(first.tobytes() + second.tobytes())
        (folder / f"{name}.flow").write_bytes(flow.astype("<f4").tobytes())
    card = cv2.cvtColor(test_card(53, 37), cv2.COLOR_RGB2GRAY)
    (folder / "test_card.gray").write_bytes(card.tobytes())

    # A rectangle of the plane of vectors; torchvision shows the longest one with the full hue.
    x, y = numpy.meshgrid(numpy.arange(31, dtype=numpy.float32) - 14.5, numpy.arange(21, dtype=numpy.float32) - 10.0)
    colours = flow_to_image(torch.from_numpy(numpy.stack([x, y])))
    (folder / "wheel.rgb").write_bytes(colours.permute(1, 2, 0).numpy().tobytes())


if __name__ == "__main__":
    main()
