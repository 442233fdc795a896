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

const shared = process.env.VITRINE_SHARED ?? join(root, '../shared');
const vitrineFile = process.env.VITRINE ?? join(root, 'target/debug/vitrine');

/** The first pack: what the tests are about. */
export const packId = 'street-deeplab-slim';
const packFolder = join(dist, 'packs', packId);

/** The pack as it is served, or undefined. */
export function readPack() {
  const file = join(packFolder, 'pack.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Why a test that needs the model cannot run; undefined when it can. */
export function withoutModel() {
  if (!existsSync(join(dist, 'index.html'))) return 'there is no dist folder: run `cargo xtask build`';
  const pack = readPack();
  if (pack && existsSync(join(packFolder, pack.model.file))) return undefined;
  return `the model file of ${packId} is absent: run \`vitrine pull\``;
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

/** What `vitrine` prints for `words`, parsed. */
export function vitrine(...words) {
  const text = execFileSync(vitrineFile, words, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(text);
}
