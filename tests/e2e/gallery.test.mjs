// The gallery: what there is to know about each model, and one photo with several of them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, screenshot, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { dist, packId, readPack, streetPhotos, withoutModel } from './lib/environment.mjs';

const quick = 'dogs-mobilenetv2';
const skip = withoutModel() ?? withoutModel(quick) ?? false;
const options = { skip, timeout: 180_000 };
const query = `?device=cpu&tile=129&pack=${packId}`;

const list = join(dist, 'packs.json');
const shown = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];

async function openGallery(page) {
  await page.getByTestId('pack-card').click();
  await page.getByTestId('open-gallery').click();
  await page.getByTestId('gallery').waitFor();
}

test('every installed model has a card with its origin, terms, figures and failings', options, () =>
  withPage({ query, context: { colorScheme: 'light' } }, async ({ page, problems }) => {
    await openGallery(page);
    assert.ok(shown.length > 1, `${list} lists ${shown}`);
    for (const id of shown) {
      const card = page.getByTestId(`card-${id}`);
      await card.waitFor();
      const said = await card.innerText();
      const { title, model, metrics = [], failings = [], upstream, then, trained } = readPack(id);
      for (const text of [title.en, model.licence, model.terms.en, model.file]) assert.ok(said.includes(text), text);
      for (const { name, n } of metrics) assert.ok(said.includes(name) && (!n || said.includes(`n = ${n}`)), `${id}: ${name}`);
      // A pack that hands over to another one has no failings and no author of its own.
      assert.ok(failings.length > 0 || then, `${id} names its failings`);
      for (const { en } of failings) assert.ok(said.includes(en), en);
      const links = await card.locator('a').evaluateAll((links) => links.map(({ href }) => href));
      const origins = [model.address ?? model.converted_from?.address, upstream?.address].filter(Boolean);
      assert.ok(origins.length > 0 || then || said.includes(trained.recipe), `${id} names its origin`);
      for (const origin of origins) assert.ok(links.includes(origin), links);
      if (upstream) assert.ok(said.includes(upstream.name), upstream.name);
    }
    await screenshot(page, 'gallery-light');
    assert.deepEqual(problems, []);
  }));

test('one photo is looked at with several models side by side, and the page keeps its own', options, () =>
  withPage({ query, context: { colorScheme: 'dark' } }, async ({ page, problems }) => {
    await dropFiles(page, streetPhotos()[0] ?? drawnStreet());
    await answers(page);
    await openGallery(page);
    await page.getByTestId(`tick-${packId}`).check();
    await page.getByTestId(`tick-${quick}`).check();
    await page.getByTestId('compare-packs').click();
    for (const id of [packId, quick]) {
      const column = page.getByTestId(`column-${id}`);
      await column.getByTestId('column-time').waitFor({ timeout: 90_000 });
      assert.match(await column.getByTestId('column-time').innerText(), /\d.*s \(CPU\)/);
      assert.ok((await column.locator('li').count()) > 1, `${id} lists what it found`);
    }
    const drawn = await page.getByTestId(`column-${packId}`).locator('canvas').evaluateAll((canvases) =>
      canvases.map((canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0)),
    );
    assert.deepEqual(drawn, [true, true], 'the photo and the mask over it');
    await screenshot(page, 'gallery-compared');
    await page.getByTestId('gallery-close').click();
    const kept = await page.evaluate(() => [window.__vitrine.pack, window.__vitrine.results.length]);
    assert.deepEqual(kept, [packId, 1]);
    assert.deepEqual(problems, []);
  }));

test('a model is chosen in the gallery without a reload', options, () =>
  withPage({ query }, async ({ page, problems }) => {
    await page.evaluate(() => { window.neverReloaded = true; });
    await openGallery(page);
    await page.getByTestId(`use-${quick}`).click();
    const name = () => page.getByTestId('pack-card').innerText();
    await eventually(page, name, (said) => said.includes(readPack(quick).title.en), 'the model in the top line', 60_000);
    await eventually(page, () => page.locator('.lead').innerText(), (said) => /breed/.test(said), 'a welcome for dogs');
    assert.equal(await page.evaluate(() => window.neverReloaded), true);
    assert.deepEqual(problems, []);
  }));

test('a model is timed on this machine, and the time is there on the next visit', options, () =>
  withPage({ query }, async ({ page, problems }) => {
    const speed = page.getByTestId(`speed-${quick}`);
    await openGallery(page);
    await speed.waitFor();
    assert.match(await speed.innerText(), /not measured/);
    await page.getByTestId(`measure-${quick}`).click();
    await eventually(page, () => speed.innerText(), (said) => /\d.*s \(CPU\)/.test(said), 'a time', 60_000);
    const said = await speed.innerText();
    await page.reload();
    await openGallery(page);
    await speed.waitFor();
    assert.equal(await speed.innerText(), said);
    assert.deepEqual(problems, []);
  }));

test('the gallery fits a phone', options, () =>
  withPage({ query, context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } }, async ({ page }) => {
    await openGallery(page);
    await page.getByTestId(`card-${shown.at(-1)}`).waitFor();
    await screenshot(page, 'gallery-phone');
    const [inner, outer] = await page.getByTestId('gallery').evaluate((box) => [box.scrollWidth, box.clientWidth]);
    assert.ok(inner <= outer && outer <= 390, `${inner} of ${outer}`);
  }));

test('the welcome speaks of what the model is for', { skip: withoutModel('indoor-mosaic') ?? skip, timeout: 120_000 }, async () => {
  for (const [id, word] of [[packId, /street/], ['indoor-mosaic', /room/], [quick, /dog/]]) {
    await withPage({ query: `?device=cpu&pack=${id}` }, async ({ page }) => {
      await eventually(page, () => page.locator('.lead').innerText(), (said) => word.test(said), id, 60_000);
    });
  }
});
