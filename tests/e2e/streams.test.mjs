// Networks that read windows of a video and their optical flow, and flow over the picture.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, noGpu, saved, screenshot, withPage } from './lib/browser.mjs';
import { ffmpeg, withFolder, withoutFfmpeg } from './lib/clips.mjs';
import { dist, vitrine } from './lib/environment.mjs';
import { folderOf } from './lib/files.mjs';
import { softmax, twoStreams } from './lib/streams.mjs';

const skip = existsSync(join(dist, 'index.html')) ? withoutFfmpeg() : 'there is no dist folder: run `cargo xtask build`';
const id = 'two-streams';

/** The host has this pack alone. */
function served(files) {
  const packs = (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify([id]));
  const one = (name, bytes) => [new RegExp(`/packs/${id}/${name}$`), (_request, response) => response.writeHead(200).end(bytes)];
  return [[/\/packs\.json$/, packs], ...Object.entries(files).map(([name, bytes]) => one(name, bytes))];
}

/** Half a second of red, then `frames` - 5 frames of green; ten a second. */
function redThenGreen(path, frames) {
  const colours = `color=red:s=64x64:r=10:d=0.5[a];color=lime:s=64x64:r=10:d=${(frames - 5) / 10}[b];[a][b]concat`;
  ffmpeg('-f', 'lavfi', '-i', colours, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4', path);
}

/** A pattern that moves two pixels to the right with each frame: one pixel where a network reads it. */
function movingRight(path, frames = 9) {
  const pattern = "geq=lum='128+50*sin((X-2*N)*0.35)+50*cos(Y*0.3+(X-2*N)*0.1)':cb=128:cr=128";
  ffmpeg('-f', 'lavfi', '-i', `color=black:s=64x64:r=10:d=${frames / 10}`, '-vf', pattern, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4', path);
}

const close = (found, expected, tolerance, what) =>
  found.forEach((score, index) => assert.ok(Math.abs(score - expected[index]) <= tolerance, `${what}: ${found}, expected ${expected}`));

test('windows of two streams have the counted scores, as by the command', { skip, timeout: 240_000 }, async () => {
  await withFolder(async (folder) => {
    const files = twoStreams(id);
    const [still, moving] = ['still.mp4', 'moving.mp4'].map((name) => join(folder, name));
    redThenGreen(still, 9);
    movingRight(moving);
    const pack = join(folderOf(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [join(id, name), bytes]))), id);
    const native = (path) => vitrine('run', pack, path, '--device', 'cpu', '--json').results[0].answer;
    await withPage({ query: `?device=cpu&pack=${id}`, flags: noGpu, routes: served(files) }, async ({ page, problems }) => {
      const watched = async (path) => {
        await page.evaluate(() => { window.__vitrine = undefined; });
        await dropFiles(page, path);
        await answers(page, 1, 120_000);
        const status = () => page.getByTestId('status').innerText();
        await eventually(page, status, (text) => text.includes(basename(path)) && /timeline/.test(text), 'the status line tells of the video');
        return JSON.parse(readFileSync(await saved(page, 'clip-json'), 'utf8')).results[0].answer;
      };
      const answer = await watched(still);
      // Nine frames: windows of four begin with every other one, and the last one ends with the video.
      const spans = answer.windows.map(({ start_secs: start, end_secs: end }) => [start, end]);
      assert.deepEqual(spans, [[0, 0.4], [0.2, 0.6], [0.4, 0.8], [0.5, 0.9]]);
      // Frames 0 and 2, 2 and 4, 4 and 6, 5 and 7 are read; the sixth is the first green one. Nothing moves.
      const rest = softmax([0, 0, Math.LN2]);
      [[1, 0, 0], [1, 0, 0], [0.5, 0.5, 0], [0, 1, 0]].forEach((colour, index) => {
        const expected = softmax(colour).map((rgb, place) => (rgb + 3 * rest[place]) / 4);
        close(answer.windows[index].scores, expected, 0.02, `window ${index}`);
      });
      const other = await watched(moving);
      other.windows.slice(0, -1).forEach(({ scores }, index) => {
        const grey = softmax([0.5, 0.5, 0.5]);
        const moved = softmax([1, 0, Math.LN2]);
        close(scores, grey.map((rgb, place) => (rgb + 3 * moved[place]) / 4), 0.05, `moving, window ${index}`);
      });
      for (const [path, here] of [[still, answer], [moving, other]]) {
        const there = native(path);
        assert.equal(there.windows.length, here.windows.length);
        there.windows.forEach(({ scores }, index) => close(here.windows[index].scores, scores, 0.03, `${path}, window ${index}`));
        assert.equal(there.ranked[0].name, here.ranked[0].name);
      }
      assert.deepEqual(problems, []);
    });
  });
});

test('a pack whose second network is not served says so', { skip }, async () => {
  const { 'flow.onnx': _, ...files } = twoStreams(id);
  const gone = [new RegExp(`/packs/${id}/flow.onnx$`), (_request, response) => response.writeHead(404).end()];
  await withPage({ query: `?device=cpu&pack=${id}`, flags: noGpu, routes: [...served(files), gone] }, async ({ page }) => {
    await eventually(page, () => page.locator('[data-testid="error"], [data-testid="status"]').allInnerTexts().then((it) => it.join(' ')), (it) => /could not be loaded|404|flow\.onnx/i.test(it), 'the file is named', 30_000);
  });
});

/** Mean red, green, blue and alpha of a canvas. */
const meanColour = (page, testid) =>
  page.getByTestId(testid).evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const sums = [0, 0, 0, 0];
    for (let place = 0; place < data.length; place += 4) {
      for (let channel = 0; channel < 3; channel += 1) sums[channel] += (data[place + channel] * data[place + 3]) / 255;
      sums[3] += data[place + 3];
    }
    return [...sums.slice(0, 3).map((sum) => sum / sums[3] * 255), sums[3] / (data.length / 4)];
  });

test('motion lies over the picture as colours of the wheel: red to the right, clear where nothing moves', { skip, timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    const [still, moving] = ['still.mp4', 'moving.mp4'].map((name) => join(folder, name));
    redThenGreen(still, 9);
    movingRight(moving);
    await withPage({ query: `?device=cpu&pack=${id}`, flags: noGpu, routes: served(twoStreams(id)) }, async ({ page, problems }) => {
      await dropFiles(page, moving);
      await answers(page, 1);
      assert.equal(await page.getByTestId('clip-motion-layer').count(), 0);
      await page.getByTestId('clip-motion').click();
      const layer = page.getByTestId('clip-motion-layer');
      const largest = async () => Number(await layer.getAttribute('data-largest'));
      await eventually(page, largest, (pixels) => pixels > 1, 'motion was computed', 20_000);
      const [red, green, blue, alpha] = await meanColour(page, 'clip-motion-layer');
      assert.ok(red > 200 && green < 90 && blue < 90 && alpha > 100, `${[red, green, blue, alpha]}`);
      const [over, under] = [await layer.boundingBox(), await page.getByTestId('clip-video').boundingBox()];
      for (const side of ['x', 'y', 'width', 'height']) assert.ok(Math.abs(over[side] - under[side]) < 2, side);
      await screenshot(page, 'clip-motion');
      await dropFiles(page, still);
      await eventually(page, () => page.evaluate(() => window.__vitrine.results[0].file), (name) => name === 'still.mp4', 'the other clip', 20_000);
      await page.getByTestId('clip-motion').click();
      await eventually(page, async () => (await layer.count()) && (await layer.getAttribute('data-at')), (at) => at !== null && at !== 0, 'nothing moves', 20_000);
      const [, , , clear] = await meanColour(page, 'clip-motion-layer');
      assert.ok(clear < 2, `${clear}`);
      assert.deepEqual(problems, []);
    });
  });
});

test('the command writes flow as planes around 128', { skip }, async () => {
  await withFolder(async (folder) => {
    const moving = join(folder, 'moving.mp4');
    movingRight(moving, 5);
    const [found] = vitrine('flow', moving, '--rate', '10', '--out', join(folder, 'out'), '--colour', '--json');
    assert.deepEqual([found.fields, found.size], [4, [64, 64]]);
    const names = readdirSync(join(folder, 'out/moving')).sort();
    assert.deepEqual(names.filter((name) => name.startsWith('flow_')), [1, 2, 3, 4].flatMap((n) => [`flow_x_0000${n}.png`]).concat([1, 2, 3, 4].map((n) => `flow_y_0000${n}.png`)));
    assert.equal(names.length, 12);
    const bytes = (name) => ffmpeg('-i', join(folder, 'out/moving', name), '-f', 'rawvideo', '-pix_fmt', 'gray', '-');
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // Two pixels to the right are 12.75 more than 127.5.
    const [across, down] = ['flow_x_00001.png', 'flow_y_00001.png'].map((name) => mean(bytes(name)));
    assert.ok(Math.abs(across - 140.25) < 1 && Math.abs(down - 127.75) < 1, `${across}, ${down}`);
  });
});
