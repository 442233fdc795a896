#!/usr/bin/env python3
"""Writes the resampling goldens: the test card of `src/test_card.rs`, scaled by Pillow.

Run by hand, with numpy and Pillow (the committed files are of Pillow 13.0.0): python3 make_resample_goldens.py
Each file holds raw RGB bytes. `tests/resample.rs` lists the same cases.
"""

from pathlib import Path

import numpy
from PIL import Image

FILTERS = {
    "box": Image.Resampling.BOX,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
}

# Name, filter, source size, target size, region (left, top, right, bottom).
CASES = [
    ("bilinear_down", "bilinear", (97, 61), (33, 20), None),
    ("bilinear_up", "bilinear", (37, 29), (101, 67), None),
    ("bilinear_mixed", "bilinear", (97, 31), (41, 83), None),
    ("bilinear_far_down", "bilinear", (1023, 517), (31, 17), None),
    ("bilinear_tile", "bilinear", (97, 61), (29, 29), (36, 0, 97, 61)),
    ("bilinear_between_pixels", "bilinear", (97, 61), (45, 39), (3.25, 7.5, 60.1, 55.75)),
    ("bilinear_same_size", "bilinear", (41, 23), (41, 23), None),
    ("bicubic_down", "bicubic", (97, 61), (33, 20), None),
    ("bicubic_up", "bicubic", (37, 29), (101, 67), None),
    ("bicubic_between_pixels", "bicubic", (97, 61), (45, 39), (3.25, 7.5, 60.1, 55.75)),
    ("box_down", "box", (97, 61), (33, 20), None),
    ("box_up", "box", (37, 29), (53, 67), None),
]


def test_card(width, height):
    """`[height, width, 3]` bytes; the formula of `src/test_card.rs`."""
    x, y = numpy.meshgrid(numpy.arange(width), numpy.arange(height))
    u, v = x * 1024 // width, y * 1024 // height

    def paint(shape, *colours, by=0):
        table = numpy.array(colours)
        card[shape] = table[numpy.broadcast_to(by, u.shape)[shape]]

    def squared_distance(centre_u, centre_v):
        return (u - centre_u) ** 2 + (v - centre_v) ** 2

    # The first line of the formula that holds wins: paint from the last to the first.
    card = numpy.stack([u // 4, v // 4, 255 - (u + v) // 8], axis=-1)
    paint((u >= 704) & (u < 960) & (v >= 576), (255, 220, 0), (30, 30, 160), (240, 240, 240), by=(u + v) // 24 % 3)
    paint((u >= 64) & (u < 320) & (v >= 64) & (v < 448), (230, 40, 60), (20, 200, 90), by=(u // 32 + v // 32) % 2)
    ring = squared_distance(256, 768)
    paint((ring >= 100**2) & (ring < 150**2), (120, 20, 140))
    paint(squared_distance(800, 256) < 128**2, (250, 140, 30))
    paint(squared_distance(512, 512) < 200**2, (40, 120, 220))
    paint(v >= 960, (255, 255, 255), (0, 0, 0), by=(x + y) % 2)
    return card.astype(numpy.uint8)


def main():
    folder = Path(__file__).parent / "golden"
    folder.mkdir(exist_ok=True)
    (folder / "test_card.rgb").write_bytes(test_card(53, 37).tobytes())
    for name, resampling, source, target, region in CASES:
        picture = Image.fromarray(test_card(*source)).resize(target, FILTERS[resampling], box=region)
        (folder / f"{name}.rgb").write_bytes(picture.tobytes())


if __name__ == "__main__":
    main()
