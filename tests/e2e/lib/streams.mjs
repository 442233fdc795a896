// A pack with two streams whose answers are known: the mean colour of pictures, and the mean motion of their flow.

import { createHash } from 'node:crypto';
import { constant, model, node } from './onnx.mjs';

const frames = 4;
const [pictureSide, flowSide, pictures] = [8, 32, 2];

/** Scores: the mean of each channel of `[1, channels, count, side, side]` times a row of `weights`, plus `bias`. */
function meanOf(channels, count, side, weights, bias) {
  const places = count * side * side;
  const nodes = [
    node('Flatten', ['window'], ['flat'], { axis: 2 }),
    node('MatMul', ['flat', 'share'], ['means']),
    node('MatMul', ['weights', 'means'], ['weighted']),
    node('Add', ['weighted', 'bias'], ['scores']),
  ];
  const constants = [
    constant('share', [places, 1], Array(places).fill(1 / places)),
    constant('weights', [3, channels], weights.flat()),
    constant('bias', [3, 1], bias),
  ];
  return model([...nodes, ...constants], [['window', [1, channels, count, side, side]]], [['scores', [3, 1]]]);
}

/** Red, green and blue of 0..1 are the scores of `right`, `down` and `rest`. */
const rgb = meanOf(3, pictures, pictureSide, [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]);
/** Motion to the right and down in pixels are the scores of `right` and `down`, that of `rest` is the logarithm of 2. */
const flow = meanOf(2, frames, flowSide, [[1, 0], [0, 1], [0, 0]], [0, 0, Math.LN2]);

const text = (en) => ({ en, fr: en });

const file = (name, bytes) => ({
  file: name,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  licence: 'CC0-1.0',
  terms: text('Made by a test.'),
});

/** The pack's folder: windows of four frames at ten a second, every other one a picture, half of them shared. */
export function twoStreams(id) {
  const pack = {
    schema: 1,
    id,
    task: 'act',
    title: text('Two streams'),
    summary: text('Mean colour and mean motion.'),
    model: file('rgb.onnx', rgb),
    input: { width: pictureSide, height: pictureSide, colour: 'rgb', mean: [0, 0, 0], std: [255, 255, 255], resize: { rule: 'squash' } },
    output: {
      kind: 'windows',
      tensor: 'scores',
      windows: { frames_per_second: 10, clip_frames: frames, frame_step: frames / pictures, overlap: 2 },
      min_confidence: 0.3,
      flow: { model: file('flow.onnx', flow), tensor: 'scores', side: flowSide, frame_step: 1, form: { kind: 'planes', mean: 128, std: 6.375 } },
      fusion: { rule: 'weights', rgb: 1, flow: 3 },
    },
    classes: ['right', 'down', 'rest'].map((name) => ({ name: text(name) })),
  };
  return { 'pack.json': Buffer.from(JSON.stringify(pack)), 'rgb.onnx': rgb, 'flow.onnx': flow };
}

export function softmax(scores) {
  const powers = scores.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
