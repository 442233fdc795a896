// Videos: what is done in them, frame times, files that are none.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, errorText, eventually, noGpu, saved, screenshot, withPage } from './lib/browser.mjs';
import { actionsId, barCodes, ffmpeg, noteFrames, references, sharedClip, withFolder, withoutFfmpeg } from './lib/clips.mjs';
import { vitrine, withoutModel } from './lib/environment.mjs';

const noModel = withoutModel(actionsId);
const noClips = noModel ?? (sharedClip('clips.csv') ? undefined : 'the labelled clips are absent');
const noFfmpeg = noModel ?? withoutFfmpeg();
const cpu = { query: `?device=cpu&pack=${actionsId}`, flags: noGpu };

/** Drops one video and waits for its whole answer. */
async function watched(page, path, timeout = 120_000) {
  await page.evaluate(() => { window.__vitrine = undefined; });
  await dropFiles(page, path);
  const { results } = await answers(page, 1, timeout);
  assert.equal(results[0].file, basename(path));
  return results[0].answer;
}

test('clips as mp4 and as webm have the best action that the float model has', { skip: noClips }, async () => {
  const named = ['carving_ice_HEAD.mp4', 'carving_ice_HEAD.webm', 'v_BenchPress_g01_c03.mp4', 'v_Biking_g06_c03.mp4'];
  const chosen = process.env.VITRINE_ALL_CLIPS ? references().filter(({ p }) => p > 0.3).map(({ file }) => file) : named;
  await withPage(cpu, async ({ page }) => {
    let worst = 0;
    for (const { file, top1, p } of references().filter(({ file }) => chosen.includes(file))) {
      const answer = await watched(page, sharedClip(file));
      const [best] = answer.ranked;
      assert.equal(best.name, top1, file);
      worst = Math.max(worst, Math.abs(best.confidence - p));
      assert.ok(Math.abs(best.confidence - p) <= 0.05, `${file}: ${best.confidence} for ${p}`);
    }
    console.log(`${chosen.length} clips, probabilities differ by ${worst.toFixed(4)} at most`);
  });
});

test('the timeline is the command\'s, and the saved files hold it', { skip: noClips }, async () => {
  await withPage(cpu, async ({ page, problems }) => {
    const path = sharedClip('v_BenchPress_g01_c02.mp4');
    const answer = await watched(page, path);
    const expected = vitrine('run', actionsId, path, '--device', 'cpu', '--json').results[0].answer;
    assert.equal(answer.windows.length, expected.windows.length);
    answer.windows.forEach((window, index) => {
      const [best, other] = [window.ranked[0], expected.windows[index].ranked[0]];
      assert.ok(Math.abs(window.start_secs - expected.windows[index].start_secs) < 1e-9);
      // Decoders and colour conversions differ in the last bits.
      if (other.confidence > 0.3) assert.equal(best.name, other.name, `window ${index}`);
      assert.ok(Math.abs(best.confidence - other.confidence) <= 0.05, `window ${index}: ${best.confidence}, ${other.confidence}`);
    });
    assert.match(await page.getByTestId('clip-whole').innerText(), /bench pressing/);
    await page.getByTestId('segment').first().waitFor();
    await screenshot(page, 'clip');
    const json = JSON.parse(readFileSync(await saved(page, 'clip-json'), 'utf8'));
    const { windows, ...rest } = json.results[0].answer;
    assert.ok(windows.every(({ scores }) => scores.length === 600 && Math.abs(scores.reduce((a, b) => a + b) - 1) < 1e-3));
    assert.deepEqual({ windows: windows.map(({ scores: _, ...window }) => window), ...rest }, answer);
    assert.equal(json.pack, actionsId);
    const [segment] = json.results[0].answer.segments;
    assert.ok(segment.end_secs > segment.start_secs && segment.confidence >= 0.3);
    const csv = readFileSync(await saved(page, 'clip-csv'), 'utf8').trim().split('\r\n');
    assert.equal(csv[0], 'start_secs,end_secs,rank,action,confidence');
    assert.equal(csv.length, 1 + answer.windows.reduce((sum, { ranked }) => sum + ranked.length, 0));
    const vtt = readFileSync(await saved(page, 'clip-vtt'), 'utf8');
    assert.match(vtt, /^WEBVTT\n\n00:00:\d\d\.\d{3} --> 00:00:\d\d\.\d{3}\n/);
    assert.match(vtt, /\nbench pressing \(\d+ %\)\n/);
    assert.deepEqual(problems, []);
  });
});

test('threshold, joining, seeking and language act at once', { skip: noClips }, async () => {
  await withPage(cpu, async ({ page }) => {
    const answer = await watched(page, sharedClip('v_BenchPress_g01_c03.mp4'));
    const segments = page.getByTestId('segment');
    const slide = (id, value) => page.getByTestId(id).evaluate((input, value) => {
      input.value = value;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, value);
    await slide('clip-threshold', '1');
    await eventually(page, () => segments.count(), (count) => count === 0, 'nothing is certain');
    await slide('clip-threshold', '0');
    await eventually(page, () => segments.count(), (count) => count > 0, 'everything counts');
    const line = page.getByTestId('timeline');
    const { x, y, width, height } = await line.boundingBox();
    await page.mouse.click(x + width / 2, y + height / 2);
    const span = Number(await line.getAttribute('aria-valuemax'));
    const at = async () => Number(await line.getAttribute('aria-valuenow'));
    assert.ok(Math.abs((await at()) - span / 2) < 0.05 * span, `${await at()} of ${span}`);
    await eventually(page, () => page.getByTestId('clip-video').evaluate((video) => video.currentTime), (secs) => Math.abs(secs - span / 2) < 0.1, 'the player follows');
    const before = await at();
    await line.press('ArrowRight');
    assert.ok(Math.abs((await at()) - before - 0.2) < 0.01);
    await line.press('Home');
    assert.equal(await at(), 0);
    const first = answer.windows[0].ranked[0].name;
    assert.match(await page.getByTestId('clip-here').innerText(), new RegExp(first.replace(/[()]/g, '.')));
    await page.getByTestId('lang-switch').click();
    await eventually(page, () => page.getByTestId('clip-whole').innerText(), (text) => /développé couché/.test(text), 'actions are French');
  });
});

test('a clip after another one has the scores that it has alone', { skip: noClips }, async () => {
  await withPage(cpu, async ({ page }) => {
    const path = sharedClip('v_BenchPress_g01_c03.mp4');
    const alone = await watched(page, path);
    await watched(page, sharedClip('v_BenchPress_g01_c04.mp4'));
    const after = await watched(page, path);
    assert.equal(alone.windows.length, after.windows.length);
    alone.windows.forEach((window, index) => window.ranked.forEach(({ class: id, confidence }, rank) => {
      const other = after.windows[index].ranked[rank];
      assert.equal(other.class, id);
      assert.ok(Math.abs(other.confidence - confidence) <= 1e-4);
    }));
  });
});

test('a video brings the pack for videos with it', { skip: noClips }, async () => {
  await withPage({ query: '?device=cpu', flags: noGpu }, async ({ page }) => {
    const { pack } = await watched(page, sharedClip('v_BenchPress_g01_c03.mp4')).then(() => page.evaluate(() => ({ pack: window.__vitrine.pack })));
    assert.equal(pack, actionsId);
    assert.ok(await page.getByTestId('clip-switched').isVisible());
  });
});

/** The frames at 5 a second that are nearest to the asked times, of the numbers that are there; 30 a second. */
function nearest(asked, numbers) {
  return Math.min(...numbers.map((number) => Math.abs(number / 30 - asked)));
}

for (const [name, make] of [
  ['with b-frames', { encoding: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4', '-bf', '3', '-g', '50'] }],
  ['of a variable rate', { keep: 'not(eq(mod(n,3),1))*not(between(n,40,47))' }],
  ['as vp9', { encoding: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-b:v', '1M'], ending: 'webm' }],
]) {
  test(`frames of a clip ${name} are those nearest to the asked times`, { skip: noFfmpeg }, async () => {
    await withFolder(async (folder) => {
      const path = join(folder, `clip.${make.ending ?? 'mp4'}`);
      barCodes(path, make);
      const kept = [...Array(90).keys()].filter((n) => !make.keep || (n % 3 !== 1 && !(n >= 40 && n <= 47)));
      await withPage({ ...cpu, init: noteFrames }, async ({ page }) => {
        await watched(page, path);
        const { numbers, alive } = await page.evaluate(() => ({ numbers: window.seenNumbers, alive: window.aliveAtMost }));
        assert.equal(numbers.length, 15);
        numbers.forEach((number, index) => {
          const asked = index / 5;
          assert.ok(kept.includes(number), `frame ${number} is not in the clip`);
          const off = Math.abs(number / 30 - asked);
          assert.ok(off <= nearest(asked, kept) + 0.002, `frame ${number} for ${asked} s`);
        });
        assert.ok(alive > 0 && alive <= 8, `${alive} decoded frames were alive`);
      });
    });
  });
}

test('without WebCodecs the frames come from the player', { skip: noFfmpeg }, async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'clip.mp4');
    barCodes(path, { encoding: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4', '-bf', '2'] });
    const without = (_request, response, file) => {
      const script = `delete self.VideoDecoder;\n${readFileSync(file, 'utf8')}`;
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    };
    await withPage({ ...cpu, init: noteFrames, routes: [[/worker-media\.js$/, without]] }, async ({ page }) => {
      await watched(page, path);
      const numbers = await page.evaluate(() => window.seenNumbers);
      assert.equal(numbers.length, 15);
      // A player shows the frame that has begun, which is at most one away.
      numbers.forEach((number, index) => assert.ok(Math.abs(number - index * 6) <= 1, `${number} for ${index * 6}`));
      assert.equal(await page.evaluate(() => window.aliveAtMost), 0, 'the worker gave frames');
    });
  });
});

test('a clip that was filmed sideways is looked at upright', { skip: noFfmpeg }, async () => {
  await withFolder(async (folder) => {
    const [level, turned] = ['level.mp4', 'turned.mp4'].map((name) => join(folder, name));
    // Each quarter has a grey of its own.
    const grey = "geq=lum='40+50*gte(X,64)+100*gte(Y,48)':cb=128:cr=128";
    ffmpeg('-f', 'lavfi', '-i', 'color=black:s=128x96:r=10:d=1', '-vf', grey, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', level);
    try {
      ffmpeg('-display_rotation', '90', '-i', level, '-c', 'copy', turned);
    } catch {
      // As ffmpeg before version 6 wants it.
      ffmpeg('-i', level, '-c', 'copy', '-metadata:s:v', 'rotate=90', turned);
    }
    // ffmpeg turns by itself.
    const pixels = ffmpeg('-i', turned, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-');
    const expected = [[8, 8], [88, 8], [8, 120], [88, 120]].map(([x, y]) => pixels[(y * 96 + x) * 3]);
    await withPage({ ...cpu, init: noteFrames }, async ({ page }) => {
      const answer = await watched(page, turned);
      assert.deepEqual([answer.width, answer.height], [96, 128]);
      const [corners] = await page.evaluate(() => window.seenCorners);
      corners.forEach((grey, index) => assert.ok(Math.abs(grey - expected[index]) <= 8, `${corners} for ${expected}`));
    });
  });
});

test('files that are no videos each get a clear message, and the page goes on', { skip: noFfmpeg }, async () => {
  await withFolder(async (folder) => {
    const file = (name) => join(folder, name);
    barCodes(file('good.mp4'), { frames: 30 });
    const good = readFileSync(file('good.mp4'));
    writeFileSync(file('empty.mp4'), '');
    writeFileSync(file('text.mp4'), 'this is no video, whatever its name says');
    writeFileSync(file('broken.mp4'), Buffer.concat([good.subarray(0, 40), Buffer.alloc(500, 7)]));
    // The index stands at the end.
    writeFileSync(file('short.mp4'), good.subarray(0, good.length / 2));
    ffmpeg('-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', file('sound.mp4'));
    ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1', '-c:v', 'mpeg4', file('old.mp4'));
    const cases = [
      ['empty.mp4', /empty/i, /again/i],
      ['text.mp4', /no video/i, /ffmpeg/],
      ['broken.mp4', /damaged/i, /repair/],
      ['short.mp4', /damaged/i, /repair/],
      ['sound.mp4', /no picture/i, /sound/],
      ['old.mp4', /MPEG-4 Visual/, /H\.264/],
    ];
    await withPage(cpu, async ({ page, problems }) => {
      for (const [name, title, remedy] of cases) {
        await dropFiles(page, file(name));
        await eventually(page, () => page.locator('[data-testid="error"]').innerText().catch(() => ''), (text) => text.includes(name), `${name} is told of`, 60_000);
        const said = await errorText(page);
        assert.match(said.title, title, name);
        assert.match(await page.getByTestId('error-remedy').innerText(), remedy, name);
      }
      await screenshot(page, 'clip-error');
      const answer = await watched(page, file('good.mp4'));
      assert.equal(answer.windows.length, 5);
      assert.deepEqual(problems, []);
    });
  });
});

test('a video that breaks off is read up to there, animated GIF and WebP to their ends', { skip: noFfmpeg }, async () => {
  await withFolder(async (folder) => {
    const [whole, short, gif, webp] = ['whole.mp4', 'short.mp4', 'moving.gif', 'moving.webp'].map((name) => join(folder, name));
    barCodes(whole, { encoding: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '15', '-movflags', 'faststart'] });
    const bytes = readFileSync(whole);
    writeFileSync(short, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
    ffmpeg('-i', whole, '-vf', 'fps=10', gif);
    const animations = [gif];
    try {
      ffmpeg('-i', whole, '-vf', 'fps=10', '-c:v', 'libwebp_anim', '-lossless', '1', webp);
      animations.push(webp);
    } catch {
      console.log('left out: this ffmpeg writes no WebP');
    }
    await withPage({ ...cpu, init: noteFrames }, async ({ page }) => {
      const { windows } = await watched(page, short);
      assert.ok(windows.length > 2 && windows.length < 15, `${windows.length} windows`);
      for (const animation of animations) {
        await page.evaluate(() => { window.seenNumbers = []; });
        assert.equal((await watched(page, animation)).windows.length, 15);
        // What is shown at 0, 0.2, 0.4 s: every third frame of the clip is in it.
        const numbers = await page.evaluate(() => window.seenNumbers);
        numbers.forEach((number, index) => assert.ok(Math.abs(number - index * 6) <= 1, `${number} for ${index * 6}`));
        await page.getByTestId('clip-picture').waitFor();
      }
    });
  });
});
