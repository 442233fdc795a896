// What a page downloads before an engine can run a model: scripts and programs, by brotli at its highest quality.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { engines } from './engines.mjs';

/** Bytes by engine. Weighing a program of 27 MB takes a minute: what was weighed before is kept beside the modules. */
export function sizes({ site, modules }) {
  const cache = join(modules, '../sizes.json');
  const known = existsSync(cache) ? JSON.parse(readFileSync(cache, 'utf8')) : {};
  const weigh = (file) => {
    const { size, mtimeMs } = statSync(file);
    const key = `${file} ${size} ${mtimeMs}`;
    known[key] ??= packed(readFileSync(file));
    return known[key];
  };
  const files = ([name, { device, files }]) => {
    if (!device) return [name, files.map((file) => join(modules, file))];
    const worker = device === 'cpu' ? 'worker-cpu' : 'worker-gpu';
    return [name, ['worker.js', `${worker}.js`, `${worker}_bg.wasm`].map((file) => join(site, file))];
  };
  const all = Object.entries(engines).map(files).filter(([, list]) => list.every((file) => existsSync(file)));
  const weighed = all.map(([name, list]) => [name, list.map(weigh).reduce((sum, bytes) => sum + bytes, 0)]);
  writeFileSync(cache, JSON.stringify(known, null, 1));
  return Object.fromEntries(weighed);
}

function packed(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}
