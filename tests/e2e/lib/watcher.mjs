// A pack that watches a video frame by frame, with 600 classes and a state, and is done in no time: which colour fills the
// picture.

import { createHash } from 'node:crypto';
import { constant, model, node } from './onnx.mjs';

const side = 8;
export const classes = 600;
export const colours = ['red', 'green', 'blue'];

/**
 * Scores of red, green and blue are 20 times the mean of the channel, those of all others 0; each is the mean of what the
 * picture says and what was there before.
 */
function network() {
  const row = (index) => [0, 1, 2].map((channel) => (channel === index ? 20 : 0));
  const nodes = [
    node('GlobalAveragePool', ['image'], ['pooled']),
    node('Flatten', ['pooled'], ['flat'], { axis: 1 }),
    node('Gemm', ['flat', 'weights'], ['seen'], { transB: 1 }),
    node('Add', ['seen', 'before'], ['sum']),
    node('Mul', ['sum', 'half'], ['scores']),
    node('Identity', ['scores'], ['after']),
  ];
  const constants = [
    constant('weights', [classes, 3], Array.from({ length: classes }, (_, index) => row(index)).flat()),
    constant('half', [1], [0.5]),
  ];
  const inputs = [['image', [1, 3, side, side]], ['before', [1, classes]]];
  return model([...nodes, ...constants], inputs, [['scores', [1, classes]], ['after', [1, classes]]]);
}

const text = (en) => ({ en, fr: en });

/** The pack's folder: five frames a second. */
export function watcher(id) {
  const bytes = network();
  const pack = {
    schema: 1,
    id,
    task: 'act',
    title: text('Colours'),
    summary: text('Which colour fills the picture.'),
    model: {
      file: 'watcher.onnx',
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      licence: 'CC0-1.0',
      terms: text('Made by a test.'),
    },
    input: { width: side, height: side, colour: 'rgb', mean: [0, 0, 0], std: [255, 255, 255], resize: { rule: 'squash' } },
    output: {
      kind: 'stream',
      tensor: 'scores',
      states: [{ input: 'before', output: 'after' }],
      frames_per_second: 5,
      clip_secs: 10,
      min_confidence: 0.3,
    },
    classes: Array.from({ length: classes }, (_, index) => ({ name: text(colours[index] ?? `class ${index}`) })),
  };
  return { 'pack.json': Buffer.from(JSON.stringify(pack)), 'watcher.onnx': bytes };
}

/** Routes of a host that has this pack alone. */
export function hosted(id, files) {
  const packs = (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify([id]));
  const one = (name, bytes) => [new RegExp(`/packs/${id}/${name}$`), (_request, response) => response.writeHead(200).end(bytes)];
  return [[/\/packs\.json$/, packs], ...Object.entries(files).map(([name, bytes]) => one(name, bytes))];
}
