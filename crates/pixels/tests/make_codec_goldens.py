#!/usr/bin/env python3
"""Writes the image files of `golden/codecs/`, and beside each the RGB bytes that it must give (`<file>.rgb`), unless it
must give the test card itself.

Run by hand, with numpy and Pillow (the committed files are of Pillow 13.0.0): python3 make_codec_goldens.py
The pictures are the test card of `src/test_card.rs`. Expected bytes are the picture that went into the file where the
format keeps it, else what Pillow reads.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy
from PIL import Image, ImageOps

from make_resample_goldens import test_card

FOLDER = Path(__file__).parent / "golden" / "codecs"
WIDTH, HEIGHT = 40, 24
CARD = test_card(WIDTH, HEIGHT)
# A slope across the card, never 0 or 255 all over, for alpha and for black ink.
SLOPE = numpy.broadcast_to(numpy.linspace(0, 255, WIDTH).astype(numpy.uint8), (HEIGHT, WIDTH))
ORIENTATION = 0x0112


def write(name, data, expected):
    """`expected`: `[h, w, 3]` bytes."""
    (FOLDER / name).write_bytes(data)
    if not numpy.array_equal(expected, CARD):
        (FOLDER / f"{name}.rgb").write_bytes(numpy.ascontiguousarray(expected, dtype=numpy.uint8).tobytes())


def saved(picture, format, **options):
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def as_read(data):
    return numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def over_white(rgba):
    colour, alpha = rgba[..., :3].astype(int), rgba[..., 3:].astype(int)
    return (colour * alpha + 255 * (255 - alpha) + 127) // 255


def stored(orientation):
    """The picture as a file of this EXIF orientation holds it: what a viewer turns back into the card."""
    turns = {
        1: lambda card: card,
        2: lambda card: card[:, ::-1],
        3: lambda card: card[::-1, ::-1],
        4: lambda card: card[::-1],
        5: lambda card: card.swapaxes(0, 1),
        6: lambda card: card.swapaxes(0, 1)[::-1],
        7: lambda card: card.swapaxes(0, 1)[::-1, ::-1],
        8: lambda card: card.swapaxes(0, 1)[:, ::-1],
    }
    return Image.fromarray(numpy.ascontiguousarray(turns[orientation](CARD)))


def orientations():
    for orientation in range(1, 9):
        picture = stored(orientation)
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        lossless = {"PNG": ("png", {}), "WEBP": ("webp", {"lossless": True})}
        if orientation in (1, 6, 7):
            for format, (suffix, options) in lossless.items():
                data = saved(picture, format, exif=exif, **options)
                assert numpy.array_equal(ImageOps.exif_transpose(Image.open(io.BytesIO(data))), CARD)
                write(f"orientation_{orientation}.{suffix}", data, CARD)
            tag = saved(picture, "TIFF", tiffinfo={ORIENTATION: orientation})
            write(f"orientation_{orientation}.tif", tag, CARD)
        photo = saved(picture, "JPEG", quality=98, subsampling=0, exif=exif)
        write(f"orientation_{orientation}.jpg", photo, CARD)


def png(colour_type, depth, rows, *chunks):
    """A PNG by hand: what Pillow does not write. `rows`: packed bytes of each row."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour_type, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = [chunk(b"IHDR", header), *(chunk(*extra) for extra in chunks), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def grey(samples):
    return numpy.repeat(samples[..., None], 3, axis=-1)


def pngs():
    # 16 bits: the card's bytes above, a slope below, so that rounding matters.
    deep = CARD.astype(int) * 256 + SLOPE[..., None]
    rounded = (deep * 255 + 32767) // 65535
    write("rgb16.png", png(2, 16, [row.astype(">u2").tobytes() for row in deep]), rounded)
    write("grey16.png", png(0, 16, [row[:, 0].astype(">u2").tobytes() for row in deep]), grey(rounded[..., 0]))
    rgba = numpy.dstack([CARD, SLOPE])
    write("rgba.png", saved(Image.fromarray(rgba), "PNG"), over_white(rgba))
    grey_alpha = numpy.dstack([CARD[..., :1], SLOPE])
    pixels = numpy.dstack([grey(CARD[..., 0]), SLOPE])
    write("grey_alpha.png", saved(Image.fromarray(grey_alpha, "LA"), "PNG"), over_white(pixels))
    bits = (CARD[..., 0] > 127).astype(numpy.uint8)
    write("grey1.png", png(0, 1, [numpy.packbits(row).tobytes() for row in bits]), grey(bits * 255))
    # Palette of four, the third of which is half transparent.
    palette = bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 99, 199])
    index = (CARD[..., 1] // 64).astype(numpy.uint8)
    rows = [(row[0::4] * 64 + row[1::4] * 16 + row[2::4] * 4 + row[3::4]).astype(numpy.uint8).tobytes() for row in index]
    table = numpy.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 128], [9, 99, 199, 255]])
    transparent = png(3, 2, rows, (b"PLTE", palette), (b"tRNS", bytes([255, 255, 128])))
    write("palette2.png", transparent, over_white(table[index]))
    (FOLDER / "palette2.png.ids").write_bytes(index.tobytes())
    frames = [Image.fromarray(CARD), Image.fromarray(255 - CARD)]
    animated = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    write("animated.png", animated, CARD)


def jpegs():
    picture = Image.fromarray(CARD)
    for name, options in {"progressive": {"progressive": True}, "subsampled": {"subsampling": 2}}.items():
        data = saved(picture, "JPEG", quality=95, **options)
        write(f"{name}.jpg", data, as_read(data))
    data = saved(picture.convert("L"), "JPEG", quality=95)
    write("grey.jpg", data, as_read(data))
    # Ink: Pillow marks the file as Adobe's and inverts, as Photoshop does.
    cmyk = numpy.dstack([255 - CARD, SLOPE // 2])
    data = saved(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=98)
    write("cmyk.jpg", data, as_read(data))
    # The same with its inks turned into luma and chroma, and the marker's transform set to 2: YCCK.
    luma = numpy.asarray(Image.fromarray(255 - cmyk[..., :3]).convert("YCbCr"))
    data = bytearray(saved(Image.fromarray(numpy.dstack([luma, cmyk[..., 3]]), "CMYK"), "JPEG", quality=98))
    data[data.index(b"Adobe") + 11] = 2
    write("ycck.jpg", bytes(data), as_read(bytes(data)))


def others():
    picture = Image.fromarray(CARD)
    paper = picture.quantize(16, dither=Image.Dither.NONE)
    coloured = numpy.asarray(paper.convert("RGB"))
    write("still.gif", saved(paper, "GIF"), coloured)
    second = Image.fromarray(255 - CARD).quantize(16)
    write("animated.gif", saved(paper, "GIF", save_all=True, append_images=[second]), coloured)
    write("lossless.webp", saved(picture, "WEBP", lossless=True), CARD)
    data = saved(picture, "WEBP", quality=90)
    write("lossy.webp", data, as_read(data))
    rgba = numpy.dstack([CARD, SLOPE])
    write("alpha.webp", saved(Image.fromarray(rgba), "WEBP", lossless=True, exact=True), over_white(rgba))
    moving = saved(picture, "WEBP", save_all=True, append_images=[Image.fromarray(255 - CARD)], lossless=True)
    write("animated.webp", moving, CARD)
    write("rgb.bmp", saved(picture, "BMP"), CARD)
    write("palette.bmp", saved(paper, "BMP"), coloured)
    write("rgb.tif", saved(picture, "TIFF"), CARD)
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits"):
        write(f"{compression}.tif", saved(picture, "TIFF", compression=compression), CARD)
    deep = CARD[..., 0].astype(numpy.uint16) * 256 + SLOPE
    write("grey16.tif", saved(Image.fromarray(deep), "TIFF"), grey((deep.astype(int) * 255 + 32767) // 65535))
    cmyk = numpy.dstack([255 - CARD, SLOPE // 2])
    data = saved(Image.fromarray(cmyk, "CMYK"), "TIFF")
    write("cmyk.tif", data, as_read(data))
    bilevel = picture.convert("1")
    write("bilevel.tif", saved(bilevel, "TIFF"), numpy.asarray(bilevel.convert("RGB")))
    write("group4.tif", saved(bilevel, "TIFF", compression="group4"), numpy.asarray(bilevel.convert("RGB")))


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    orientations()
    pngs()
    jpegs()
    others()


if __name__ == "__main__":
    main()
