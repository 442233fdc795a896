// Files that are no photos: the page says what is wrong and what to do, and keeps what it showed before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, dropFiles, dropLargeFile, errorText, screenshot, withPage } from './lib/browser.mjs';
import { drawnJpeg, drawnStreet, emptyFile, enormousPng, textFile, truncatedJpeg } from './lib/files.mjs';
import { withoutModel } from './lib/environment.mjs';

const skip = withoutModel() ?? false;

/** Shows a good photo, then drops a bad file. */
async function afterAnAnswer(name, drop, cause) {
  await withPage({ query: '?device=cpu&tile=129' }, async ({ page, problems }) => {
    await dropFiles(page, drawnStreet());
    const before = await answers(page);
    const legend = await page.getByTestId('legend').innerText();
    await drop(page);
    const { title, text } = await errorText(page);
    await screenshot(page, `fault-${name}`);
    assert.match(text, cause);
    assert.ok(text.length > title.length + 20, `the card has a remedy beside its title: ${text}`);
    assert.equal(await page.getByTestId('legend').innerText(), legend, 'the last result stays');
    assert.ok(await page.getByTestId('mask-canvas').isVisible(), 'the mask stays');
    assert.deepEqual((await answersNow(page)).results, before.results);
    assert.deepEqual(problems, []);
    // And the page goes on.
    await dropFiles(page, drawnStreet('again.png'));
    await page.waitForFunction(() => window.__vitrine.results.some(({ file }) => file === 'again.png'));
  });
}

const answersNow = (page) => page.evaluate(() => JSON.parse(JSON.stringify(window.__vitrine)));

test('an empty file is named as such', { skip, timeout: 120_000 }, () =>
  afterAnAnswer('empty', (page) => dropFiles(page, emptyFile()), /empty/i));

test('text under the name of a photo is refused by its bytes', { skip, timeout: 120_000 }, () =>
  afterAnAnswer('text', (page) => dropFiles(page, textFile()), /not (an? )?(image|picture|photo)|no (image|picture|photo)|format/i));

test('a JPEG that breaks off is named as damaged', { skip, timeout: 120_000 }, () =>
  afterAnAnswer(
    'truncated',
    async (page) => dropFiles(page, truncatedJpeg(await drawnJpeg(page))),
    /damaged|corrupt|incomplete|breaks off|truncated|cut off/i,
  ));

test('a PNG that claims 100,000 x 100,000 pixels is refused before memory is taken', { skip, timeout: 120_000 }, () =>
  afterAnAnswer('enormous', (page) => dropFiles(page, enormousPng()), /100[,\s\u202f\u00a0]?000|pixels|megapixel/i));

test('a file of 300 MB is refused without being read', { skip, timeout: 120_000 }, () =>
  afterAnAnswer('huge', (page) => dropLargeFile(page, 'huge.jpg', 300), /large|MB/i));
