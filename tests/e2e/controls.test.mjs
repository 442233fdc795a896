// What a person does with the answer, with a pointer, a keyboard or a phone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, dropFiles, eventually, screenshot, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { withoutModel } from './lib/environment.mjs';

const options = { skip: withoutModel() ?? false, timeout: 120_000 };

/** Opens the page with a drawn street answered. */
const withAnswer = (settings, visit) =>
  withPage({ query: '?device=cpu&tile=129', ...settings }, async (opened) => {
    await dropFiles(opened.page, drawnStreet());
    await visit({ ...opened, published: await answers(opened.page) });
    assert.deepEqual(opened.problems, []);
  });

/** How many pixels of the mask can be seen. */
const visiblePixels = (page) =>
  page.getByTestId('mask-canvas').evaluate((mask) => {
    const copy = new OffscreenCanvas(mask.width, mask.height);
    const context = copy.getContext('2d');
    context.drawImage(mask, 0, 0);
    const { data } = context.getImageData(0, 0, mask.width, mask.height);
    let visible = 0;
    for (let at = 3; at < data.length; at += 4) visible += data[at] > 0 ? 1 : 0;
    return visible / (mask.width * mask.height);
  });

test('the legend lists what the answer holds, and a category can be hidden', options, () =>
  withAnswer({}, async ({ page, published }) => {
    const [first, ...rest] = published.results[0].answer.categories;
    for (const { id } of [first, ...rest]) await page.getByTestId(`legend-item-${id}`).waitFor();
    await eventually(page, () => visiblePixels(page), (share) => share > 0.97, 'the whole photo is covered');
    await page.getByTestId(`legend-item-${first.id}`).click();
    const expected = 1 - first.share;
    const near = (share) => Math.abs(share - expected) < 0.02;
    await eventually(page, () => visiblePixels(page), near, `${expected} of the photo stays covered`);
  }));

test('outlines cover less than areas do', options, () =>
  withAnswer({}, async ({ page }) => {
    await page.getByTestId('mode-outline').click();
    await eventually(page, () => visiblePixels(page), (share) => share > 0 && share < 0.4, 'outlines');
    await page.getByTestId('mode-fill').click();
    await eventually(page, () => visiblePixels(page), (share) => share > 0.97, 'areas');
  }));

test('pointing at the photo names the category there', options, () =>
  withAnswer({}, async ({ page, published }) => {
    const box = await page.getByTestId('mask-canvas').boundingBox();
    await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.9);
    await page.getByTestId('readout').waitFor();
    const said = (await page.getByTestId('readout').innerText()).toLowerCase();
    const names = published.results[0].answer.categories.map(({ name }) => name.toLowerCase());
    assert.ok(names.some((name) => said.includes(name)), `${said} is one of ${names}`);
  }));

test('the status line says what was found, for a screen reader too', options, () =>
  withAnswer({}, async ({ page, published }) => {
    const status = page.getByTestId('status');
    const count = published.results[0].answer.categories.length;
    await eventually(page, () => status.innerText(), (text) => text.includes(`${count} categor`), 'status');
    assert.equal(await status.getAttribute('aria-live'), 'polite');
  }));

test('everything can be reached with the Tab key', options, () =>
  withAnswer({}, async ({ page, published }) => {
    const reached = new Set();
    for (let press = 0; press < 80; press += 1) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(() => document.activeElement?.dataset.testid));
    }
    const wanted = ['stage', 'compare', 'opacity', 'mode-fill', 'mode-outline', 'save-menu', 'lang-switch', 'theme-switch'];
    wanted.push(...published.results[0].answer.categories.map(({ id }) => `legend-item-${id}`));
    assert.deepEqual(wanted.filter((testid) => !reached.has(testid)), []);
  }));

test('the divider between photo and mask moves with the arrow keys', options, () =>
  withAnswer({}, async ({ page }) => {
    const divider = page.getByTestId('compare');
    const position = async () => Number(await divider.getAttribute('aria-valuenow'));
    await divider.focus();
    const before = await position();
    for (let press = 0; press < 5; press += 1) await page.keyboard.press('ArrowRight');
    await eventually(page, position, (now) => now > before, `beyond ${before}`);
  }));

test('the page speaks the language of the browser, and changes it at a press', options, () =>
  withAnswer({ context: { locale: 'fr-FR' } }, async ({ page }) => {
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
    const legend = page.getByTestId('legend');
    assert.match(await legend.innerText(), /cat\u00e9gories/i);
    await screenshot(page, 'french');
    await page.getByTestId('lang-switch').click();
    await eventually(page, () => legend.innerText(), (text) => /categories/i.test(text), 'English');
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
  }));

test('light and dark differ, and the choice survives a reload', options, () =>
  withPage({ context: { colorScheme: 'light' } }, async ({ page }) => {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByTestId('theme-switch').waitFor();
    const light = await background();
    await page.getByTestId('theme-switch').click();
    await eventually(page, background, (colour) => colour !== light, 'dark');
    await page.reload();
    await page.getByTestId('theme-switch').waitFor();
    assert.notEqual(await background(), light);
  }));

test('on a phone nothing has to be scrolled sideways', options, () =>
  withAnswer({ context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } }, async ({ page }) => {
    await screenshot(page, 'phone');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} pixels wide`);
    const box = await page.getByTestId('stage').boundingBox();
    assert.ok(box.width > 300 && box.x >= 0 && box.x + box.width <= 390, 'the photo uses the width');
  }));

test('a photo can be chosen without dragging', options, () =>
  withPage({ query: '?device=cpu&tile=129' }, async ({ page }) => {
    await page.getByTestId('file-input').setInputFiles(drawnStreet('chosen.png'));
    assert.equal((await answers(page)).results[0].file, 'chosen.png');
  }));
