// A video of ten minutes: all of it goes through decoder and network, in bounded memory; it is saved without holding the page
// up, and stops at once.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answered, dropFiles, eventually, longTasks, noGpu, recordTasks, saved, screenshot, withPage } from './lib/browser.mjs';
import { ffmpeg, rendererMegabytes, withFolder, withoutFfmpeg } from './lib/clips.mjs';
import { dist } from './lib/environment.mjs';
import { classes, colours, hosted, watcher } from './lib/watcher.mjs';

const skip = existsSync(join(dist, 'index.html')) ? withoutFfmpeg() : 'there is no dist folder: run `cargo xtask build`';
const id = 'watcher';
const minutes = 10;

/** A minute of red, a minute of green, a minute of blue, and again; ten frames a second. */
function minuteByMinute(path) {
  const parts = Array.from({ length: minutes }, (_, index) => `color=${['red', 'lime', 'blue'][index % 3]}:s=320x240:r=10:d=60[p${index}]`);
  const all = `${parts.join(';')};${parts.map((_, index) => `[p${index}]`).join('')}concat=n=${minutes}`;
  ffmpeg('-f', 'lavfi', '-i', all, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '60', path);
}

test('all of a ten-minute video is seen in little memory, saved in short tasks, and stops at once', { skip, timeout: 600_000 }, async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'long.mp4');
    minuteByMinute(path);
    await withPage({ query: `?device=cpu&pack=${id}`, flags: noGpu, routes: hosted(id, watcher(id)) }, async ({ page, problems }) => {
      const begun = Date.now();
      await dropFiles(page, path);
      const seen = async () => Number(await page.getByTestId('clip').getAttribute('data-frames').catch(() => 0));
      let most = 0;
      const measured = async () => {
        most = Math.max(most, rendererMegabytes() ?? 0);
        return seen();
      };
      await eventually(page, measured, (count) => count === minutes * 60 * 5, 'every fifth of a second was looked at', 500_000);
      await answered(page, 1, 60_000);
      console.log(`3000 frames in ${((Date.now() - begun) / 1000).toFixed(0)} s; the page and its workers held ${most.toFixed(0)} MB at most`);
      assert.ok(most < 400, `${most} MB`);
      // Ten segments of a minute each; the state remembers the colour before for a frame or two.
      const { segments, windows } = await page.evaluate(() => {
        const { segments, windows } = window.__vitrine.results[0].answer;
        return { segments, windows: windows.length };
      });
      assert.equal(windows, 3000);
      assert.deepEqual(segments.map(({ name }) => name), Array.from({ length: minutes }, (_, index) => colours[index % 3]));
      segments.forEach(({ start_secs: start, end_secs: end }, index) => {
        assert.ok(Math.abs(start - 60 * index) <= 0.6 && Math.abs(end - 60 * (index + 1)) <= 0.6, `${start} to ${end} s`);
      });
      await screenshot(page, 'clip-long');
      await recordTasks(page);
      const [json, csv] = [await saved(page, 'clip-json'), await saved(page, 'clip-csv')];
      const long = await longTasks(page);
      assert.deepEqual(long, [], 'tasks of more than 50 ms while 1.8 million scores were written');
      const whole = JSON.parse(readFileSync(json, 'utf8')).results[0].answer;
      assert.equal(whole.windows.length, 3000);
      assert.ok(whole.windows.every(({ scores }) => scores.length === classes));
      assert.equal(whole.segments.length, minutes);
      assert.equal(readFileSync(csv, 'utf8').trim().split('\r\n').length, 1 + 3000 * 5);

      await page.getByTestId('clip-again').click();
      await eventually(page, seen, (count) => count >= 50 && count < 3000, 'it runs again', 60_000);
      const pressed = Date.now();
      await page.getByTestId('clip-stop').click();
      await page.getByTestId('clip-again').waitFor();
      assert.ok(Date.now() - pressed < 1000, `${Date.now() - pressed} ms`);
      const kept = () => page.evaluate(() => window.__vitrine.results[0].answer.windows.length);
      await eventually(page, kept, (count) => count >= 50 && count < 3000, 'what was found stays');
      assert.deepEqual(problems, []);
    });
  });
});
