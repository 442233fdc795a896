// Where things lie, and which of them are there.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, '../../..');
export const dist = resolve(process.env.VITRINE_DIST ?? join(root, 'dist'));
/** Screenshots and downloads; ignored by git. */
export const out = join(root, 'tests/e2e/out');
export const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Models and data that are not part of the project. */
export const shared = process.env.VITRINE_SHARED ?? join(root, '../shared');
/** The command, which may not be built. */
export const vitrineFile = process.env.VITRINE ?? join(root, 'target/debug/vitrine');

/** The pack that most tests are about: quick, and its tiles can be made small. */
export const packId = 'street-deeplab-slim';
/** The pack for breeds of dog. */
export const dogsId = 'dogs-mobilenet-edgetpu';
/** The pack for boxes. */
export const boxesId = 'detect-picodet-s';

/** A pack as it is served, or undefined. */
export function readPack(id = packId) {
  const file = join(dist, 'packs', id, 'pack.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Why a test that needs a pack's model cannot run; undefined when it can. */
export function withoutModel(id = packId) {
  if (!existsSync(join(dist, 'index.html'))) return 'there is no dist folder: run `cargo xtask build`';
  const pack = readPack(id);
  if (pack && existsSync(join(dist, 'packs', id, pack.model.file))) return undefined;
  return `the model file of ${id} is absent: run \`vitrine pull\``;
}

/** Why a test that needs the model and a street photo cannot run; undefined when it can. */
export function withoutStreetPhoto() {
  return withoutModel() ?? (streetPhotos().length > 0 ? undefined : 'there are no street photos in ../shared');
}

/** Photographs of streets, as file paths. */
export function streetPhotos() {
  const folder = join(shared, 'data/street/images');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).sort().map((name) => join(folder, name));
}

/** The labelled street photos: a folder with images/ and labels8/. */
export const streetFolder = join(shared, 'data/street');

const dogs = join(shared, 'data/dogs/test');

/** Why a test that needs photos of dogs cannot run; undefined when it can. */
export function withoutDogPhotos() {
  return withoutModel(dogsId) ?? (existsSync(dogs) ? undefined : 'there are no photos of dogs in ../shared');
}

/** Photos of dogs, a list of file paths for each breed's folder; `breeds` folders spread over all of them. */
export function dogPhotos(breeds = 120) {
  if (!existsSync(dogs)) return [];
  const folders = readdirSync(dogs).sort();
  const step = folders.length / Math.min(breeds, folders.length);
  const chosen = folders.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  return chosen.map((folder) => readdirSync(join(dogs, folder)).sort().map((name) => join(dogs, folder, name)));
}

const coco = join(shared, 'data/coco');

/** What the photos of COCO show, as its `instances.json` says. */
const cocoInstances = () => JSON.parse(readFileSync(join(coco, 'instances.json'), 'utf8'));

/** Photos of COCO, as file paths; with a class, those that show objects of it, those with most of them first. */
export function cocoPhotos(name) {
  if (!existsSync(join(coco, 'instances.json'))) return [];
  const { images, annotations, categories } = cocoInstances();
  const category = categories.find((category) => category.name === name)?.id;
  const objects = (image) => annotations.filter((it) => it.image_id === image.id && it.category_id === category).length;
  const shown = name ? images.filter((image) => objects(image) > 0).sort((a, b) => objects(b) - objects(a)) : images;
  return shown.map((image) => join(coco, 'images', image.file_name));
}

/** The files of a folder with some of these photos and their annotations, as `vitrine eval` reads it. */
export function cocoImages(photos) {
  const { images, annotations, ...rest } = cocoInstances();
  const kept = images.filter((image) => photos.includes(join(coco, 'images', image.file_name)));
  const ids = new Set(kept.map(({ id }) => id));
  const instances = { ...rest, images: kept, annotations: annotations.filter((it) => ids.has(it.image_id)) };
  const files = Object.fromEntries(kept.map(({ file_name: name }) => [join('images', name), join(coco, 'images', name)]));
  return { ...files, 'instances.json': Buffer.from(JSON.stringify(instances)) };
}

/** What `vitrine` prints for `words`, parsed. */
export function vitrine(...words) {
  const text = execFileSync(vitrineFile, words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(text);
}
