// bench.html: other programs measure the page's workers through it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withPage } from './lib/browser.mjs';
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
