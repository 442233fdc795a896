// Videos as they come from phones, cutters and failing disks.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, noGpu, withPage } from './lib/browser.mjs';
import { barCodes, ffmpeg, noteFrames, withFolder, withoutFfmpeg } from './lib/clips.mjs';
import { dist } from './lib/environment.mjs';
import { hosted, watcher } from './lib/watcher.mjs';

const skip = existsSync(join(dist, 'index.html')) ? withoutFfmpeg() : 'there is no dist folder: run `cargo xtask build`';
const id = 'watcher';
const x264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4'];

const withWatcher = (visit) =>
  withPage({ query: `?device=cpu&pack=${id}`, flags: noGpu, routes: hosted(id, watcher(id)), init: noteFrames }, visit);

/** Drops a file; its answer, and the numbers that its frames carried. */
async function watched(page, path) {
  await page.evaluate(() => { window.__vitrine = undefined; window.seenNumbers = []; window.seenCorners = []; });
  await dropFiles(page, path);
  const { results } = await answers(page, 1, 120_000);
  assert.equal(results[0].file, basename(path));
  const { numbers, corners } = await page.evaluate(() => ({ numbers: window.seenNumbers, corners: window.seenCorners }));
  return { ...results[0].answer, numbers, corners };
}

test('one picture, a cut by an edit list, and 4K are watched as what they show', { skip, timeout: 240_000 }, async () => {
  await withFolder(async (folder) => {
    const file = (name) => join(folder, name);
    barCodes(file('whole.mp4'), { encoding: [...x264, '-g', '90', '-bf', '2'] });
    // The pictures before the cut are still in the file, to decode those behind it from.
    ffmpeg('-ss', '1', '-i', file('whole.mp4'), '-c', 'copy', file('cut.mp4'));
    ffmpeg('-i', file('whole.mp4'), '-frames:v', '1', ...x264, file('one.mp4'));
    ffmpeg('-i', file('whole.mp4'), '-frames:v', '1', '-c:v', 'libvpx', file('one.webm'));
    ffmpeg('-i', file('whole.mp4'), '-frames:v', '1', file('one.gif'));
    ffmpeg('-i', file('whole.mp4'), '-vf', 'scale=3840:2880:flags=neighbor', '-frames:v', '7', '-preset', 'ultrafast', ...x264, file('large.mp4'));
    await withWatcher(async ({ page, problems }) => {
      for (const name of ['one.mp4', 'one.webm', 'one.gif']) {
        const one = await watched(page, file(name));
        assert.deepEqual([one.windows.length, one.numbers], [1, [0]], name);
      }
      const cut = await watched(page, file('cut.mp4'));
      assert.deepEqual(cut.numbers, Array.from({ length: 10 }, (_, index) => 30 + 6 * index));
      const large = await watched(page, file('large.mp4'));
      assert.deepEqual(large.numbers, [0, 6]);
      assert.deepEqual([large.width, large.height], [640, 480]);
      assert.deepEqual(problems, []);
    });
  });
});

test('an animation that comes before the pack is watched once it is there', { skip, timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    const gif = join(folder, 'early.gif');
    ffmpeg('-f', 'lavfi', '-i', 'color=red:s=32x32:r=5:d=1', gif);
    const files = watcher(id);
    let answer;
    const dropped = new Promise((resolve) => { answer = resolve; });
    const late = async (_request, response) => {
      await dropped;
      response.writeHead(200).end(files['pack.json']);
    };
    const routes = [[new RegExp(`/packs/${id}/pack.json$`), late], ...hosted(id, files)];
    await withPage({ query: `?device=cpu&pack=${id}`, flags: noGpu, routes }, async ({ page, problems }) => {
      await page.getByTestId('drop-zone').waitFor();
      await dropFiles(page, gif);
      await eventually(page, () => page.locator('body').innerText(), (said) => said.includes('early.gif'), 'the file is taken');
      answer();
      const { results } = await answers(page);
      assert.equal(results[0].file, 'early.gif');
      assert.equal(results[0].answer.windows.length, 5);
      assert.deepEqual(problems, []);
    });
  });
});

test('a WebM that breaks off is read up to there', { skip, timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    const [whole, short] = ['whole.webm', 'short.webm'].map((name) => join(folder, name));
    barCodes(whole, { encoding: ['-c:v', 'libvpx', '-deadline', 'realtime', '-b:v', '1M', '-g', '15'] });
    const bytes = readFileSync(whole);
    writeFileSync(short, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    await withWatcher(async ({ page }) => {
      const { windows, numbers } = await watched(page, short);
      assert.ok(windows.length > 2 && windows.length < 15, `${windows.length} windows`);
      numbers.forEach((number, index) => assert.equal(number, 6 * index));
      assert.match(await page.getByTestId('clip-phase').innerText(), /breaks off|damaged/i);
    });
  });
});

/** The colour description of the track becomes a projection that is rolled; ffmpeg 5 writes none. */
function rolled(bytes, degrees) {
  const place = bytes.indexOf(Buffer.from([0x55, 0xb0]));
  const length = 3 + (bytes[place + 2] & 0x7f);
  const element = Buffer.alloc(length);
  Buffer.from([0x76, 0x70, 0x87, 0x76, 0x75, 0x84]).copy(element);
  element.writeFloatBE(degrees, 6);
  element.set([0xec, 0x80 + (length - 12)], 10);
  const turned = Buffer.from(bytes);
  element.copy(turned, place);
  return turned;
}

test('a WebM that was filmed sideways is looked at as the player shows it', { skip, timeout: 120_000 }, async () => {
  await withFolder(async (folder) => {
    const [level, turned] = ['level.webm', 'turned.webm'].map((name) => join(folder, name));
    // Each quarter has a grey of its own.
    const grey = "geq=lum='40+50*gte(X,64)+100*gte(Y,48)':cb=128:cr=128";
    const tags = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'];
    ffmpeg('-f', 'lavfi', '-i', 'color=black:s=128x96:r=10:d=1', '-vf', grey, '-c:v', 'libvpx', '-b:v', '1M', ...tags, level);
    writeFileSync(turned, rolled(readFileSync(level), -90));
    await withWatcher(async ({ page }) => {
      const answer = await watched(page, turned);
      assert.deepEqual([answer.width, answer.height], [96, 128]);
      // A quarter turn with the clock: what was below on the left is above on the left.
      const [above, right, below, last] = answer.corners[0];
      for (const [found, expected] of [[above, 140], [right, 40], [below, 190], [last, 90]]) {
        const full = (expected - 16) * 255 / 219;
        assert.ok(Math.abs(found - full) <= 10, `${answer.corners[0]}: ${found} for ${full}`);
      }
      const player = page.getByTestId('clip-video');
      const shown = () => player.evaluate((video) => [video.videoWidth, video.videoHeight].join());
      await eventually(page, shown, (size) => size !== '0,0', 'the player shows it', 10_000);
      console.log(`this browser's player shows it as ${await shown()}`);
    });
  });
});
