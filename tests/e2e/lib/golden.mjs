// Reference models and their golden arrays, where they lie beside the checkout.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { root } from './environment.mjs';

const models = join(process.env.VITRINE_SHARED ?? join(root, '../shared'), 'models');

/** Why a test of this model cannot run; undefined when it can. */
export function withoutReference(id) {
  return existsSync(join(models, id, 'golden.npz')) ? undefined : `the reference model ${id} is absent`;
}

/** The path of a reference model's file. */
export const modelFile = (id, name) => join(models, id, name);

/** An array of a model's golden.npz as a typed array, row-major. */
export function golden(id, name) {
  const archive = readFileSync(join(models, id, 'golden.npz'));
  return fromNpy(entry(archive, `${name}.npy`));
}

/** The content of a ZIP archive's entry: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12 and 4.3.16. */
function entry(archive, name) {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    if (archive.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = archive.readUInt32LE(at + 42);
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const bytes = archive.subarray(start, start + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`no array ${name}`);
}

/** NumPy's format .npy, version 1. */
function fromNpy(bytes) {
  const start = 10 + bytes.readUInt16LE(8);
  const kind = /'descr': '[|<](\w\d)'/.exec(bytes.toString('latin1', 10, start))[1];
  const Elements = { f4: Float32Array, u1: Uint8Array }[kind];
  return new Elements(Uint8Array.from(bytes.subarray(start)).buffer);
}
