// bench.html: other programs measure the page's workers through it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withPage } from './lib/browser.mjs';
import { dist } from './lib/environment.mjs';
import { golden, modelFile, withoutReference } from './lib/golden.mjs';

const id = 'dogs-mobilenetv2';

test('bench.html times a model and gives its outputs by name', { skip: withoutReference(id) ?? false, timeout: 120_000 }, () => {
  const reference = (request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    const input = () => Buffer.from(golden(id, 'input').buffer);
    response.end(request.url.endsWith('model.onnx') ? readFileSync(modelFile(id, 'model.onnx')) : input());
  };
  const routes = [[/^\/reference\//, reference]];
  return withPage({ query: 'bench.html?models=reference/', routes }, async ({ page, problems }) => {
    const measured = await page.evaluate(async (id) => {
      const input = await (await fetch('reference/input')).arrayBuffer();
      const { output, ...times } = await window.vitrineBench(id, input, 3, { device: 'cpu', cap_ms: 20_000 });
      return { ...times, logits: Array.from(output.logits) };
    }, id);
    assert.equal(measured.samples.length, 3);
    for (const time of [measured.load_ms, measured.first_ms, measured.median_ms, ...measured.samples]) {
      assert.ok(time > 0, `${time} ms`);
    }
    const expected = golden(id, 'ort_logits');
    assert.equal(measured.logits.length, expected.length);
    measured.logits.forEach((logit, index) => assert.ok(Math.abs(logit - expected[index]) < 1e-3));
    assert.deepEqual(problems, []);
  });
});

/** What `vitrineBench` says of a pack of the site, and the outputs that are asked for. */
async function measured(page, id, input, names) {
  await page.evaluate((numbers) => (window.input = Float32Array.from(numbers).buffer), Array.from(input));
  return page.evaluate(
    async ([id, names]) => {
      const { output, ...times } = await window.vitrineBench(id, window.input, 1, { device: 'cpu', cap_ms: 2_000 });
      return { ...times, outputs: Object.fromEntries(names.map((name) => [name, Array.from(output[name], Number)])) };
    },
    [id, names],
  );
}

test('bench.html measures what was trained here where no model lies beside it', { timeout: 120_000 }, () =>
  withPage({ query: 'bench.html' }, async ({ page }) => {
    const input = Float32Array.from({ length: 3 * 192 * 256 }, (_, index) => Math.sin(index));
    const { load_ms, samples, outputs } = await measured(page, 'street-unet-mini', input, ['add_69']);
    assert.ok(load_ms > 0 && samples.length === 1);
    assert.equal(outputs.add_69.length, 7 * 96 * 128);
    assert.ok(outputs.add_69.every(Number.isFinite) && new Set(outputs.add_69).size > 1000);
    await assert.rejects(
      page.evaluate(() => window.vitrineBench('street-none', new ArrayBuffer(12), 1)),
      /no model street-none: bring it by "vitrine pull street-none"/,
    );
  }));

/** The first frame of MoViNet's golden clip, as its float graph reads it: NCHW, 0 to 1. */
function firstFrame(id) {
  const [frames, pixels] = [golden(id, 'frames_u8'), 172 * 172];
  return Float32Array.from({ length: pixels * 3 }, (_, index) => frames[(index % pixels) * 3 + Math.floor(index / pixels)] / 255);
}

/** Packs of TFLite files: what the float graph is given, and which of its golden outputs their answer has to be. */
const quantised = [
  { id: 'dogs-mobilenetv2', input: (id) => golden(id, 'input'), name: 'probs', limit: 1e-4 },
  { id: 'street-deeplab-slim', input: (id) => golden(id, 'input'), name: 'labels', limit: 0 },
  { id: 'action-movinet-a0-stream', input: firstFrame, name: 'logits', limit: 1e-3 },
];
for (const { id, input, name, limit } of quantised) {
  const absent = existsSync(join(dist, 'packs', id)) ? undefined : `the pack ${id} is not installed`;
  const skip = withoutReference(id) ?? absent ?? false;
  test(`bench.html gives the ${name} of the float graph for the TFLite file of ${id}`, { skip, timeout: 120_000 }, () =>
    withPage({ query: 'bench.html' }, async ({ page, problems }) => {
      const { outputs } = await measured(page, id, input(id), [name]);
      const expected = golden(id, `ort_${name}`).slice(0, outputs[name].length);
      assert.equal(outputs[name].length, expected.length);
      const off = outputs[name].filter((value, index) => !(Math.abs(value - expected[index]) <= limit));
      assert.ok(off.length <= expected.length * 1e-4, `${off.length} of ${expected.length} differ`);
      assert.deepEqual(problems, []);
    }));
}
