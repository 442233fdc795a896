// A reference model's input and expected outputs, from its golden arrays.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tests/e2e/lib/environment.mjs';
import { golden, goldenNames, modelFile } from '../../tests/e2e/lib/golden.mjs';

/**
 * `picture`: what model.onnx reads; `pixels`: what the 8-bit file reads; `expected`: arrays by output name, each with the
 * step between the rows and columns that it holds; `expected8`: those of the 8-bit file, in its reference runtime.
 */
export function prepared(id) {
  const names = goldenNames(id);
  const source = JSON.parse(readFileSync(modelFile(id, 'source.json'), 'utf8'));
  const { input } = JSON.parse(readFileSync(join(root, 'assets/packs', id, 'pack.json'), 'utf8'));
  const clip = names.includes('frames_u8');
  // Of a clip, the first frame.
  const pixels = golden(id, clip ? 'frames_u8' : 'image_u8').subarray(0, 3 * input.width * input.height);
  return {
    id,
    tflite: existsSync(modelFile(id, 'original.tflite')),
    picture: names.includes('input') ? golden(id, 'input') : normalised(pixels, input),
    pixels: clip ? Float32Array.from(pixels, (value) => value / 255) : pixels,
    expected8: names.flatMap((name) => expected8(id, name, clip)),
    expected: names.flatMap((name) => expected(id, name, Object.entries(source.model.outputs))),
  };
}

/** Channel by channel, `(pixel - mean) / std`. */
function normalised(pixels, { mean, std, colour }) {
  const plane = pixels.length / 3;
  const numbers = new Float32Array(pixels.length);
  for (let channel = 0; channel < 3; channel += 1) {
    const from = colour === 'bgr' ? 2 - channel : channel;
    for (let at = 0; at < plane; at += 1) {
      numbers[channel * plane + at] = (pixels[at * 3 + from] - mean[channel]) / std[channel];
    }
  }
  return numbers;
}

/** An array `ort_*` is ONNX Runtime's of model.onnx, under the output's name or number. */
function expected(id, key, outputs) {
  const [, text, , stride] = /^ort_(?!final_)(.+?)(_stride(\d+))?$/.exec(key) ?? [];
  const number = /^out(\d+)$/.exec(text ?? '')?.[1];
  const [name, shape] = outputs.find(([name]) => name === text) ?? outputs[number] ?? [];
  if (!name) return [];
  const step = Number(stride ?? 1);
  const count = shape.reduce((product, size) => product * size, 1) / step ** 2;
  return [{ name, shape, step, data: golden(id, key).subarray(0, count) }];
}

/** The arrays `ref_*`; of a clip, the first frame's row. */
function expected8(id, key, clip) {
  const name = /^ref_(logits|probs|labels)$/.exec(key)?.[1];
  if (!name) return [];
  const data = golden(id, key);
  const first = clip ? data.subarray(0, 600) : data;
  return [{ name, shape: [1, first.length], step: 1, data: first }];
}
