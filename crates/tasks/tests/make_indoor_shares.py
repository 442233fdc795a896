"""What ONNX Runtime sees in photos of rooms: indoor_shares.txt, for tests of the pack indoor-mosaic.

    python3 -m pip install numpy onnxruntime pillow
    python3 make_indoor_shares.py MODEL.onnx PHOTO ... > fixtures/indoor_shares.txt

A line is a photo's name and the share of its pixels in each of the 32 classes. All of a photo is scaled to 512 x 512
(Pillow, bilinear); the scores are enlarged to the photo's own size as the file enlarges them, and the largest one counts.
"""

import sys
from pathlib import Path

import numpy
import onnxruntime
from PIL import Image


def main(model, *photos):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    for photo in photos:
        image = Image.open(photo).convert("RGB")
        pixels = numpy.asarray(image.resize((512, 512), Image.BILINEAR), numpy.float32)
        pixels = ((pixels - 128) * 0.007843137719).transpose(2, 0, 1)[None]
        [scores] = session.run(["logits_low"], {"image": pixels})
        classes = enlarged(scores[0], image.height, image.width).argmax(0)
        shares = numpy.bincount(classes.ravel(), minlength=32) / classes.size
        print(Path(photo).name, *(f"{share:.5f}" for share in shares))


def enlarged(scores, height, width):
    """[classes, rows, columns] -> [classes, height, width], linear; samples lie at the upper left pixels of their cells."""

    def along(scores, axis, size):
        # The file enlarges to 512 first: a pixel in the middle of the photo's lies at (place + 0.5) * 512 / size - 0.5.
        steps = scores.shape[axis]
        at = ((numpy.arange(size) + 0.5) * 512 / size - 0.5).clip(0, 511) * steps / 512
        low = numpy.minimum(at.astype(int), steps - 1)
        high = numpy.minimum(low + 1, steps - 1)
        weight = (at - low).reshape([-1 if it == axis else 1 for it in range(3)]).astype(numpy.float32)
        return scores.take(low, axis) * (1 - weight) + scores.take(high, axis) * weight

    return along(along(scores, 1, height), 2, width)


if __name__ == "__main__":
    main(*sys.argv[1:])
