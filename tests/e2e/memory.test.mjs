// What a model leaves in memory: nothing, however often it is run.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { softwareGpu, withPage } from './lib/browser.mjs';
import { gpuMegabytes, rendererMegabytes } from './lib/clips.mjs';
import { dist } from './lib/environment.mjs';
import { constant, model, node } from './lib/onnx.mjs';

const [side, channels, layers] = [48, 16, 4];
/** Models that are opened after one another: a leak of a fifth of a megabyte each would be seen. */
const models = 60;
const skip = process.platform !== 'linux' || !existsSync(join(dist, 'bench.html'));
const skipGpu = skip || !existsSync(join(dist, 'worker-gpu_bg.wasm'));

/** Convolutions of 3 x 3, each with a ReLU. */
function network() {
  const weights = (count, scale) => Array.from({ length: count }, (_, index) => (((index * 7919) % 2003) / 1001 - 1) * scale);
  const parts = [];
  for (let layer = 0; layer < layers; layer += 1) {
    const seen = layer === 0 ? 3 : channels;
    const from = layer === 0 ? 'image' : `relu${layer - 1}`;
    parts.push(node('Conv', [from, `weight${layer}`], [`conv${layer}`]), node('Relu', [`conv${layer}`], [`relu${layer}`]));
    parts.push(constant(`weight${layer}`, [channels, seen, 3, 3], weights(channels * seen * 9, 0.1)));
  }
  const left = side - 2 * layers;
  return model(parts, [['image', [1, 3, side, side]]], [[`relu${layers - 1}`, [1, channels, left, left]]]);
}

/** Runs the network 500 times on a device, and then opens it many times anew; memory in between, from `megabytes`. */
const stays = (device, { flags = [], megabytes, most }) => (t) =>
  withPage({ query: 'bench.html', flags: ['--js-flags=--expose-gc', ...flags] }, async ({ page, problems }) => {
    const file = network().toString('base64');
    await page.evaluate(async ({ file, floats, device }) => {
      window.bytes = () => Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0)).buffer;
      window.session = await window.vitrineOpen(window.bytes(), device);
      window.times = async (count) => {
        for (let run = 0; run < count; run += 1) await window.session.run(new Float32Array(floats).fill(0.5).buffer);
      };
    }, { file, floats: 3 * side * side, device });
    const settled = async () => {
      for (const where of [page, ...page.workers()]) await where.evaluate(() => globalThis.gc());
      return megabytes();
    };
    await page.evaluate(() => window.times(50));
    const before = await settled();
    await page.evaluate(() => window.times(450));
    const after = await settled();
    await page.evaluate(async (count) => {
      for (let turn = 0; turn < count; turn += 1) {
        await window.session.change(window.bytes());
        await window.times(1);
      }
    }, models);
    const switched = await settled();
    t.diagnostic(`memory after 50 runs ${before.toFixed(1)} MB, after 500 ${after.toFixed(1)} MB, after ${models} models ${switched.toFixed(1)} MB`);
    assert.ok(after - before < 5, `from ${before} to ${after} MB`);
    assert.ok(switched - before < most, `from ${before} to ${switched} MB`);
    assert.deepEqual(problems, []);
  });

test(`500 runs of a model, and ${models} models after one another, stay in the same memory`, { skip, timeout: 240_000 },
  stays('cpu', { megabytes: rendererMegabytes, most: 8 }));

test('on WebGPU they stay in the same memory of the worker', { skip: skipGpu, timeout: 300_000 },
  stays('webgpu', { flags: softwareGpu, megabytes: rendererMegabytes, most: 12 }));

test('on WebGPU they stay in the same memory of the graphics process', { skip: skipGpu, timeout: 300_000 },
  stays('webgpu', { flags: softwareGpu, megabytes: gpuMegabytes, most: 8 }));
