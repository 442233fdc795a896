// Files that are dropped on the page, made here: good ones and bad ones.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';

const folder = mkdtempSync(join(tmpdir(), 'vitrine-e2e-'));

/** A file of these bytes; its path. */
export function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Zero bytes. */
export const emptyFile = () => file('empty.jpg', '');

/** Words, under the name of a photo. */
export const textFile = () => file('words.jpg', 'This is a shopping list: bread, milk, apples.\n'.repeat(40));

/** The first third of a JPEG. */
export function truncatedJpeg(jpeg) {
  const bytes = readFileSync(jpeg);
  return file('truncated.jpg', bytes.subarray(0, Math.floor(bytes.length / 3)));
}

/** A few hundred bytes that claim to be an image of 100,000 x 100,000 pixels; header and checksums are valid. */
export function enormousPng() {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(100_000);
  // 8 bits, RGB, no interlacing.
  const header = Buffer.concat([size, size, Buffer.from([8, 2, 0, 0, 0])]);
  const rows = deflateSync(Buffer.alloc(1 << 16));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return file(
    'enormous.png',
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]),
  );
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** PNG specification, annex D. Node has one of its own only since 20.15. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A drawn street: sky, two rows of houses, a road with a car and a tree. PNG, opaque. */
export function drawnStreet(name = 'street.png', width = 640, height = 360) {
  const png = new PNG({ width, height });
  const paint = (left, top, right, bottom, [red, green, blue]) => {
    for (let y = Math.round(top * height); y < Math.round(bottom * height); y += 1) {
      for (let x = Math.round(left * width); x < Math.round(right * width); x += 1) {
        const grain = ((x * 7 + y * 13) % 11) - 5;
        png.data.set([red + grain, green + grain, blue + grain, 255], (y * width + x) * 4);
      }
    }
  };
  paint(0, 0, 1, 0.45, [150, 190, 230]);
  paint(0, 0.15, 0.3, 0.7, [150, 110, 90]);
  paint(0.7, 0.1, 1, 0.7, [170, 160, 140]);
  paint(0.3, 0.4, 0.7, 0.55, [120, 130, 110]);
  paint(0, 0.55, 1, 1, [90, 90, 95]);
  paint(0.1, 0.25, 0.15, 0.35, [60, 70, 90]);
  paint(0.8, 0.25, 0.85, 0.35, [60, 70, 90]);
  paint(0.55, 0.4, 0.66, 0.62, [50, 110, 50]);
  paint(0.4, 0.6, 0.52, 0.72, [180, 30, 30]);
  return file(name, PNG.sync.write(png));
}

/** A drawn board of colours, of which no part is a dog. PNG, opaque. */
export function drawnBoard(name = 'board.png', width = 320, height = 240, seed = 1) {
  const png = new PNG({ width, height });
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = (Math.floor((x * 6) / width) + seed * 3) * 5 + Math.floor((y * 4) / height) * 7;
      png.data.set([(cell * 53) % 256, (cell * 97 + seed * 31) % 256, (cell * 151) % 256, 255], (y * width + x) * 4);
    }
  }
  return file(name, PNG.sync.write(png));
}

/** A fresh folder that holds copies of files: `{'path/in/folder': 'file to copy' or Buffer}`. Returns its path. */
export function folderOf(files) {
  const made = mkdtempSync(join(folder, 'folder-'));
  for (const [path, content] of Object.entries(files)) {
    const place = join(made, path);
    mkdirSync(dirname(place), { recursive: true });
    if (typeof content === 'string') cpSync(content, place);
    else writeFileSync(place, content);
  }
  return made;
}

/** The same files under the names of the folders that they lie in: `class/photo.jpg`. */
export const underFolders = (paths) =>
  Object.fromEntries(paths.map((path) => [join(basename(dirname(path)), basename(path)), path]));

/** A grey 8-bit PNG. `values` has a byte a pixel. */
export function greyPng(width, height, values) {
  const png = new PNG({ width, height, colorType: 0, inputColorType: 0, bitDepth: 8 });
  png.data = Buffer.from(values);
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, inputHasAlpha: false, bitDepth: 8 });
}

/** The drawn street as a JPEG; the browser of `page` encodes it. */
export async function drawnJpeg(page, name = 'street.jpg') {
  const base64 = readFileSync(drawnStreet()).toString('base64');
  const encoded = await page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
  }, base64);
  return file(name, Buffer.from(encoded, 'base64'));
}

/** A PNG file, decoded: `{width, height, data}` as RGBA. */
export const readPng = (path) => PNG.sync.read(readFileSync(path));

/** A photo of two colours side by side. PNG, opaque. */
export function twoColours(name, left, right, width = 64, height = 64) {
  const png = new PNG({ width, height });
  for (let at = 0; at < width * height; at += 1) {
    png.data.set([...(at % width < width / 2 ? left : right), 255], at * 4);
  }
  return file(name, PNG.sync.write(png));
}
