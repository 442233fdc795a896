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
/** Models that are opened after one another, and how many more: a leak of a tenth of a megabyte each would be seen. */
const [models, more] = [20, 80];
/** Memory that was freed goes back to the system a little later: the least of so many readings counts. */
const readings = 5;
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
const stays = (device, { flags = [], megabytes }) => (t) =>
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
      const found = [];
      for (let reading = 0; reading < readings; reading += 1) {
        for (const where of [page, ...page.workers()]) await where.evaluate(() => globalThis.gc());
        await page.waitForTimeout(200);
        found.push(megabytes());
      }
      return Math.min(...found);
    };
    const runs = (count) => page.evaluate((count) => window.times(count), count);
    const switches = (count) => page.evaluate(async (count) => {
      for (let turn = 0; turn < count; turn += 1) {
        await window.session.change(window.bytes());
        await window.times(1);
      }
    }, count);
    const after = async (work) => (await work, await settled());
    const [few, many] = [await after(runs(50)), await after(runs(450))];
    const [first, last] = [await after(switches(models)), await after(switches(more))];
    const all = [few, many, first, last].map((megabytes) => megabytes.toFixed(1)).join(', ');
    t.diagnostic(`MB after 50 and 500 runs, ${models} and ${models + more} models: ${all}`);
    assert.ok(many - few < 5, all);
    assert.ok(first - few < 8, all);
    assert.ok(last - first < 8, all);
    assert.deepEqual(problems, []);
  });

test(`500 runs of a model, and ${models + more} models after one another, stay in the same memory`, { skip, timeout: 240_000 },
  stays('cpu', { megabytes: rendererMegabytes }));

test('on WebGPU they stay in the same memory of the worker', { skip: skipGpu, timeout: 300_000 },
  stays('webgpu', { flags: softwareGpu, megabytes: rendererMegabytes }));

test('on WebGPU they stay in the same memory of the graphics process', { skip: skipGpu, timeout: 300_000 },
  stays('webgpu', { flags: softwareGpu, megabytes: gpuMegabytes }));
