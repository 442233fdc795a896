// What a person takes home is right: checked with other programs than the ones that made it.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, withPage } from './lib/browser.mjs';
import { drawnStreet, readPng } from './lib/files.mjs';
import { out, packId, readPack, withoutModel } from './lib/environment.mjs';

const options = { skip: withoutModel() ?? false, timeout: 180_000 };
const [width, height] = [640, 360];

/** Shows a drawn street and calls `check` with its answer and a function that saves. */
async function withAnswer(check, prepare = async () => {}) {
  await withPage({ query: '?device=cpu' }, async ({ page }) => {
    await dropFiles(page, drawnStreet('drawn.png', width, height));
    const published = await answers(page);
    await prepare(page);
    await check(published, (testid) => save(page, testid), page);
  });
}

/** Saves by the menu; the file's name and where it lies. */
async function save(page, testid) {
  await page.getByTestId('save-menu').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(testid).click()]);
  mkdirSync(out, { recursive: true });
  const path = join(out, download.suggestedFilename());
  await download.saveAs(path);
  return { name: download.suggestedFilename(), path };
}

test('the JSON holds the answer that the page shows', options, () =>
  withAnswer(async ({ results, pack, device }, save) => {
    const saved = JSON.parse(readFileSync((await save('save-json')).path, 'utf8'));
    assert.deepEqual([saved.pack, saved.device], [pack, device]);
    assert.deepEqual(saved.results, results);
    const shares = saved.results[0].answer.categories.map(({ share }) => share);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-6, 'the shares add up to the photo');
    assert.deepEqual(shares, [...shares].sort((a, b) => b - a), 'the largest comes first');
  }));

test('the label image has as many pixels of each category as the answer says', options, () =>
  withAnswer(async ({ results: [{ answer }] }, save) => {
    const { name, path } = await save('save-labels');
    assert.equal(name, 'drawn-labels.png');
    const image = readPng(path);
    assert.deepEqual([image.width, image.height], [width, height]);
    const groupOf = new Map(readPack().classes.map(({ label_id, group }) => [label_id, group]));
    const counts = new Map();
    for (let at = 0; at < image.data.length; at += 4) {
      const group = groupOf.get(image.data[at]);
      assert.notEqual(group, undefined, `${image.data[at]} is a label id of ${packId}`);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    assert.equal(counts.size, answer.categories.length);
    for (const { id, share } of answer.categories) {
      assert.ok(Math.abs(counts.get(id) / (width * height) - share) < 1e-6, `category ${id}`);
    }
  }));

test('with the mask made clear the overlay is the photo', options, () =>
  withAnswer(
    async (_published, save) => {
      const photo = readPng(drawnStreet('same.png', width, height));
      const overlay = readPng((await save('save-overlay')).path);
      assert.deepEqual([overlay.width, overlay.height], [width, height]);
      assert.ok(meanDifference(photo, overlay) < 0.01);
    },
    (page) => page.getByTestId('opacity').fill('0'),
  ));

test('with the mask opaque the overlay has the colours of the categories', options, () =>
  withAnswer(
    async ({ results: [{ answer }] }, save) => {
      const overlay = readPng((await save('save-overlay')).path);
      const colours = new Map(readPack().groups.map(({ id, colour }) => [id, parseInt(colour.slice(1), 16)]));
      const [largest] = answer.categories;
      let pixels = 0;
      for (let at = 0; at < overlay.data.length; at += 4) {
        pixels += overlay.data.readUIntBE(at, 3) === colours.get(largest.id) ? 1 : 0;
      }
      // Borders between areas may be drawn in another tone.
      assert.ok(Math.abs(pixels / (width * height) - largest.share) < 0.02, `${pixels} pixels of category ${largest.id}`);
    },
    (page) => page.getByTestId('opacity').fill('1'),
  ));

test('the table has a line for each photo, with the shares of its answer', options, () =>
  withAnswer(async (_published, save, page) => {
    await dropFiles(page, drawnStreet('second.png', 480, 480));
    const { results } = await answers(page, 2);
    const { name, path } = await save('save-csv');
    assert.equal(name, 'vitrine.csv');
    const [header, ...lines] = readFileSync(path, 'utf8').trim().split('\r\n').map((line) => line.split(','));
    assert.equal(lines.length, 2);
    for (const { file, answer } of results) {
      const line = lines.find(([name]) => name === file);
      assert.deepEqual([line[header.indexOf('width')], line[header.indexOf('height')]].map(Number), [answer.width, answer.height]);
      for (const { name, share } of answer.categories) {
        assert.ok(Math.abs(Number(line[header.indexOf(name)]) - share) < 1e-5, `${file}: ${name}`);
      }
    }
  }));

function meanDifference(a, b) {
  let sum = 0;
  for (let at = 0; at < a.data.length; at += 1) sum += Math.abs(a.data[at] - b.data[at]);
  return sum / a.data.length;
}
