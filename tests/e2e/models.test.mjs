// Model files as their authors published them, computed by the page's own workers: the numbers are ONNX Runtime's.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { withPage } from './lib/browser.mjs';
import { vitrine } from './lib/environment.mjs';
import { golden, modelFile, withoutReference } from './lib/golden.mjs';

/** The golden picture `[h, w, 3]` as the network reads it: `(pixel - mean) * scale`, `[3, h, w]`. */
function prepared(id, mean, scale, bgr = false) {
  const pixels = golden(id, 'image_u8');
  const count = pixels.length / 3;
  return Float32Array.from({ length: pixels.length }, (_, index) => {
    const channel = bgr ? 2 - Math.floor(index / count) : Math.floor(index / count);
    return (pixels[(index % count) * 3 + channel] - mean[channel]) * scale[channel];
  });
}

/** A class for each pixel from its scores `[classes, h, w]`, the lowest one where several are alike. */
function labels(scores, classes) {
  const count = scores.length / classes;
  return Uint8Array.from({ length: count }, (_, pixel) => {
    let best = 0;
    for (let index = 1; index < classes; index += 1) {
      if (scores[index * count + pixel] > scores[best * count + pixel]) best = index;
    }
    return best;
  });
}

/** `[3, h, w]` -> `[h, w, 3]`, as TFLite files read it. */
function channelsLast(numbers) {
  const count = numbers.length / 3;
  return Float32Array.from(numbers, (_, index) => numbers[(index % 3) * count + Math.floor(index / 3)]);
}

/** The first frame of MoViNet's clip, and zeros for the states. */
function firstFrame(id) {
  const { inputs } = vitrine('inspect', modelFile(id, 'model.onnx'), '--json');
  return inputs.map(({ name, shape }) => {
    const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name !== 'image') return numbers;
    const pixels = golden(id, 'frames_u8');
    const count = numbers.length / 3;
    return numbers.map((_, index) => pixels[(index % count) * 3 + Math.floor(index / count)] / 255);
  });
}

const plain = { mean: [0, 0, 0], scale: [1, 1, 1] };
const imagenet = { mean: [123.675, 116.28, 103.53], scale: [1 / 58.395, 1 / 57.12, 1 / 57.375] };
const espnet = (id) => ({
  id,
  input: () => prepared(id, imagenet.mean, imagenet.scale),
  check: ([scores]) => sameLabels(labels(scores, 20), golden(id, 'ref_argmax')),
});
/** What `source.json` of each model says of its input and outputs. */
const references = [
  { id: 'dogs-mobilenetv2', small: true, input: (id) => golden(id, 'input'), outputs: { ort_logits: 0, ort_probs: 1 } },
  { id: 'dogs-mobilenet-edgetpu', input: (id) => golden(id, 'input'), outputs: { ort_logits: 0, ort_probs: 1 } },
  { id: 'detect-yolox-nano', small: true, input: (id) => prepared(id, plain.mean, plain.scale, true), outputs: { ort_output: 0 } },
  {
    id: 'detect-picodet-s',
    small: true,
    input: (id) => prepared(id, imagenet.mean, imagenet.scale),
    outputs: Object.fromEntries([...Array(8).keys()].map((index) => [`ort_out${index}`, index])),
  },
  {
    id: 'street-deeplab-slim',
    input: (id) => golden(id, 'input'),
    outputs: { ort_logits_low: 0 },
    check: (outputs, id) => sameLabels(Uint8Array.from(outputs[1], Number), golden(id, 'ort_labels')),
  },
  {
    id: 'indoor-mosaic',
    input: (id) => golden(id, 'input'),
    check: (outputs, id) => sameLabels(Uint8Array.from(outputs[1], Number), golden(id, 'ort_labels')),
  },
  ...['dogs-mobilenetv2', 'dogs-mobilenet-edgetpu'].map((id) => ({
    id,
    file: 'original.tflite',
    input: () => channelsLast(golden(id, 'input')),
    outputs: { ort_probs: 0 },
  })),
  ...['street-deeplab-slim', 'indoor-mosaic'].map((id) => ({
    id,
    file: 'original.tflite',
    input: () => channelsLast(golden(id, 'input')),
    check: ([classes]) => sameLabels(Uint8Array.from(classes, Number), golden(id, 'ort_labels')),
  })),
  {
    id: 'action-movinet-a0-stream',
    small: true,
    inputs: firstFrame,
    check: ([logits], id) => alike(logits, golden(id, 'ort_logits').subarray(0, 600), 'the first frame'),
  },
  espnet('street-espnetv2'),
  espnet('street-espnetv2-s1'),
];

function sameLabels(computed, expected) {
  assert.equal(computed.length, expected.length);
  const same = computed.reduce((count, label, index) => count + (label === expected[index] ? 1 : 0), 0);
  assert.ok(same / expected.length >= 0.995, `the same class on ${same / expected.length} of the pixels`);
}

/** At most 1e-3 of the largest expected number. */
function alike(computed, expected, what) {
  assert.equal(computed.length, expected.length, what);
  const largest = expected.reduce((largest, number) => Math.max(largest, Math.abs(number)), 0);
  const difference = expected.reduce((most, number, index) => Math.max(most, Math.abs(number - computed[index])), 0);
  assert.ok(difference <= 1e-3 * largest, `${what}: ${difference} of ${largest}`);
}

/** Runs in the page: a worker of its own, a model file, and one run. Outputs come back as addresses of blobs. */
async function computeInPage([bundle, inputs]) {
  const worker = new Worker(`worker.js?${bundle}`);
  let ticket = 0;
  const ask = (request, buffers = []) =>
    new Promise((answer, fail) => {
      ticket += 1;
      const own = ticket;
      worker.onerror = (event) => fail(new Error(event.message));
      worker.onmessage = ({ data }) => {
        const reply = JSON.parse(data.json);
        if (reply.ticket !== own || reply.reply === 'progress') return;
        if (reply.reply === 'failed') fail(new Error(reply.fault.cause));
        else answer({ reply, buffers: data.buffers });
      };
      worker.postMessage({ json: JSON.stringify({ request, ticket: own }), buffers }, buffers);
    });
  const fetched = async (address) => (await fetch(address)).arrayBuffer();
  try {
    await ask('open');
    const opened = await ask('open-model', [await fetched('reference/model')]);
    const given = [];
    for (let index = 0; index < inputs; index += 1) given.push(await fetched(`reference/input${index}`));
    const computed = await ask('compute', given);
    const sent = computed.buffers.map((buffer, index) =>
      fetch(`reference/output${index}`, { method: 'POST', body: new Blob([buffer]) }),
    );
    await Promise.all(sent);
    return { opened: opened.reply, computed: computed.reply };
  } finally {
    worker.terminate();
  }
}

/** The outputs of a model file in a fresh browser. Files and arrays travel through the server, not through the debugger. */
async function compute(bundle, file, inputs) {
  const outputs = [];
  const reference = (request, response) => {
    const name = request.url.split('/').pop();
    if (request.method === 'POST') {
      const parts = [];
      request.on('data', (part) => parts.push(part));
      request.on('end', () => {
        outputs[Number(name.replace('output', ''))] = Uint8Array.from(Buffer.concat(parts)).buffer;
        response.writeHead(204).end();
      });
      return;
    }
    response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
    response.end(name === 'model' ? readFileSync(file) : Buffer.from(inputs[Number(name.replace('input', ''))].buffer));
  };
  let said;
  await withPage({ query: '?device=cpu', routes: [[/^\/reference\//, reference]] }, async ({ page }) => {
    said = await page.evaluate(computeInPage, [bundle, inputs.length]);
  });
  const arrays = said.computed.outputs.map(({ kind }, index) =>
    kind === 'f32' ? new Float32Array(outputs[index]) : new BigInt64Array(outputs[index]),
  );
  return { ...said, arrays };
}

for (const [bundle, device] of [['worker-cpu', 'the CPU'], ['worker-gpu', 'WebGPU']]) {
  for (const { id, file = 'model.onnx', input, inputs, outputs = {}, check, small } of references) {
    // A software adapter takes minutes for the larger ones; native tests compute those.
    if (bundle === 'worker-gpu' && !small) continue;
    const skip = withoutReference(id) ?? false;
    test(`${file} of ${id} gives ONNX Runtime's numbers on ${device}`, { skip, timeout: 600_000 }, async (context) => {
      const { opened, computed, arrays } = await compute(bundle, modelFile(id, file), inputs?.(id) ?? [input(id)]);
      context.diagnostic(
        `opened in ${Math.round(opened.millis)} ms, computed in ${Math.round(computed.millis)} ms, ` +
          `${opened.device_steps} of ${opened.steps} steps on the device`,
      );
      for (const [name, index] of Object.entries(outputs)) alike(arrays[index], golden(id, name), name);
      check?.(arrays, id);
    });
  }
}
