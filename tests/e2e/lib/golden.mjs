// Reference models and their golden arrays, where they lie beside the checkout.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './environment.mjs';
import { entry, names } from './zip.mjs';

/** Their folder. */
export const models = join(process.env.VITRINE_SHARED ?? join(root, '../shared'), 'models');

/** Why a test of this model cannot run; undefined when it can. */
export function withoutReference(id) {
  return existsSync(join(models, id, 'golden.npz')) ? undefined : `the reference model ${id} is absent`;
}

/** The path of a reference model's file. */
export const modelFile = (id, name) => join(models, id, name);

/** The names of a model's golden arrays. */
export function goldenNames(id) {
  return names(readFileSync(join(models, id, 'golden.npz'))).map((name) => name.replace(/\.npy$/, ''));
}

/** An array of a model's golden.npz as a typed array, row-major. */
export function golden(id, name) {
  const archive = readFileSync(join(models, id, 'golden.npz'));
  return fromNpy(entry(archive, `${name}.npy`));
}

/** NumPy's format .npy, version 1. */
function fromNpy(bytes) {
  const start = 10 + bytes.readUInt16LE(8);
  const kind = /'descr': '[|<](\w\d)'/.exec(bytes.toString('latin1', 10, start))[1];
  const Elements = { f4: Float32Array, u1: Uint8Array }[kind];
  return new Elements(Uint8Array.from(bytes.subarray(start)).buffer);
}
