#!/usr/bin/env python3
"""Writes golden/crops.txt: where torchvision's Resize, CenterCrop, FiveCrop and TenCrop read a photo.

    python3 make_crop_goldens.py

Needs numpy, Pillow and torchvision. A line a case: width and height of the photo, side of the crop, size that the shorter
side is brought to; width and height of the resized photo; then left, top and whether it is mirrored for each of the ten
crops, in torchvision's order (four corners, centre, and the five of the mirrored photo). The places are read off a picture
whose pixels say where they are.
"""

from pathlib import Path

import numpy
import torchvision
from PIL import Image
from torchvision.transforms import functional

SIZES = [(640, 480), (480, 640), (500, 375), (333, 500), (224, 225), (257, 256), (256, 256), (1023, 767), (97, 1200)]
SIDES = [(224, 256), (160, 182), (225, 257), (288, 329), (448, 512)]


def places(width, height):
    """A picture whose red and green say the column, blue and alpha the row."""
    row, column = numpy.mgrid[:height, :width]
    return numpy.stack([column >> 8, column & 255, row >> 8, row & 255], -1).astype(numpy.uint8)


def corner(crop, width):
    """Left, top, mirrored of a crop: its first pixel, and which way the second lies."""
    pixels = numpy.asarray(crop).astype(int)
    first, second = pixels[0, 0], pixels[0, 1]
    column, row = first[0] * 256 + first[1], first[2] * 256 + first[3]
    mirrored = second[0] * 256 + second[1] < column
    return [width - 1 - column if mirrored else column, row, int(mirrored)]


def main():
    lines = []
    for width, height in SIZES:
        for side, short in SIDES:
            resized = functional.resize(Image.new("RGB", (width, height)), short)
            picture = Image.fromarray(places(*resized.size), "RGBA")
            crops = functional.ten_crop(picture, side)
            corners = [number for crop in crops for number in corner(crop, resized.width)]
            lines.append(" ".join(map(str, [width, height, side, short, *resized.size, *corners])))
    head = f"# torchvision {torchvision.__version__}, by make_crop_goldens.py"
    (Path(__file__).parent / "golden" / "crops.txt").write_text("\n".join([head, *lines]) + "\n")


main()
