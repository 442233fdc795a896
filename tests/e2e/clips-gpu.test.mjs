// A video on WebGPU. It is computed by a program on the CPU, so the clip has few frames.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, noGpu, saved, withPage } from './lib/browser.mjs';
import { actionsId, ffmpeg, sharedClip, withFolder, withoutFfmpeg } from './lib/clips.mjs';
import { dist, withoutModel } from './lib/environment.mjs';

const source = 'v_BenchPress_g01_c03.mp4';
const withoutWorker = existsSync(join(dist, 'worker-gpu_bg.wasm')) ? undefined : 'the GPU worker was not built';
const skip = withoutModel(actionsId) ?? withoutFfmpeg() ?? withoutWorker ?? (sharedClip(source) ? false : 'the labelled clips are absent');
const frames = 3;

/** In the GPU worker: counts what is read back from the device. */
const counted = `self.readBytes = 0;
const { mapAsync } = GPUBuffer.prototype;
GPUBuffer.prototype.mapAsync = function (mode, offset, size) {
  if (mode & GPUMapMode.READ) self.readBytes += size ?? this.size;
  return mapAsync.apply(this, arguments);
}`;

const counting = (request, response, file) => {
  response.writeHead(200, { 'Content-Type': 'text/javascript' });
  const before = request.url.includes('worker-gpu') ? `${counted};\n` : '';
  response.end(before + readFileSync(file, 'utf8'));
};

/** Bytes that were read back so far. */
async function readBytes(page) {
  const counts = await Promise.all(page.workers().map((worker) => worker.evaluate(() => self.readBytes ?? 0)));
  return Math.max(...counts);
}

/** The exported JSON of the clip, and the bytes that were read back for all frames but the first. */
async function watched(device, path, flags) {
  let answer;
  await withPage({ query: `?device=${device}&pack=${actionsId}`, flags, routes: [[/^\/worker\.js$/, counting]] }, async ({ page, problems }) => {
    await dropFiles(page, path);
    // The pack proves itself before the first frame is looked at: what is read back for that is counted apart.
    await page.locator('[data-testid="clip"]:not([data-frames="0"])').waitFor({ timeout: 400_000 });
    const before = await readBytes(page);
    const report = await answers(page, 1, 400_000);
    const read = (await readBytes(page)) - before;
    assert.equal(report.device, device);
    const saying = JSON.parse(readFileSync(await saved(page, 'clip-json'), 'utf8'));
    answer = { ...saying.results[0].answer, read };
    assert.deepEqual(problems, []);
  });
  return answer;
}

test('on WebGPU a clip has the CPU\'s actions, and what the network remembers stays on the device', { skip, timeout: 900_000 }, async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'short.mp4');
    ffmpeg('-i', sharedClip(source), '-t', String(frames / 5 - 0.05), '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4', '-an', path);
    const cpu = await watched('cpu', path, noGpu);
    const gpu = await watched('webgpu', path, undefined);
    assert.equal(gpu.windows.length, frames);
    assert.equal(gpu.ranked[0].name, cpu.ranked[0].name);
    let worst = 0;
    gpu.windows.forEach(({ scores }, index) => scores.forEach((score, place) => {
      worst = Math.max(worst, Math.abs(score - cpu.windows[index].scores[place]));
    }));
    console.log(`probabilities differ by ${worst.toExponential(1)} at most; ${gpu.read} bytes were read back for ${frames - 1} frames`);
    assert.ok(worst <= 0.01, `${worst}`);
    // The 600 scores of a frame are 2400 bytes; the states, 43 tensors, are more than a megabyte.
    assert.ok(gpu.read < 100_000 * (frames - 1), `${gpu.read} bytes`);
  });
});
