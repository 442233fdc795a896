// The drawn samples: offered in both languages as what they are, there without any pull, and read like any photo or clip.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, eventually, noGpu, screenshot, withPage } from './lib/browser.mjs';
import { actionsId } from './lib/clips.mjs';
import { withoutModel } from './lib/environment.mjs';
import { notFound } from './lib/server.mjs';

const nothingPulled = [[/^\/(packs|samples)(\/|\.json)/, notFound]];

test('drawn samples are there when nothing was pulled, and say that they are synthetic', { timeout: 120_000 }, async () => {
  for (const [locale, word, second] of [['en-GB', /synthetic/, /clip/], ['fr-FR', /synthèse/, /vidéo/]]) {
    await withPage({ anyPack: true, routes: nothingPulled, context: { locale } }, async ({ page, problems }) => {
      const buttons = page.getByTestId('samples').getByRole('button');
      await eventually(page, () => buttons.count(), (count) => count === 2, 'two samples', 30_000);
      const [street, shop] = await buttons.allInnerTexts();
      assert.match(street, word);
      assert.match(shop, word);
      assert.match(shop, second);
      await buttons.first().scrollIntoViewIfNeeded();
      const seen = () => buttons.locator('img').evaluateAll((images) => images.every((image) => image.naturalWidth > 200));
      await eventually(page, seen, (shown) => shown, 'both pictures', 30_000);
      await screenshot(page, `samples-${locale}`);
      assert.deepEqual(problems, []);
    });
  }
});

test('the drawn street is read like a photo', { skip: withoutModel(), timeout: 180_000 }, async () => {
  await withPage({ query: '?device=cpu&tile=128', flags: noGpu }, async ({ page, problems }) => {
    await page.getByTestId('samples').getByRole('button').first().click();
    const { results } = await answers(page, 1, 120_000);
    assert.equal(results[0].file, 'synthetic-street-000129.png');
    await screenshot(page, 'sample-street');
    assert.deepEqual(problems, []);
  });
});

test('the drawn shop is read like a clip', { skip: withoutModel(actionsId), timeout: 180_000 }, async () => {
  await withPage({ query: `?device=cpu&pack=${actionsId}`, flags: noGpu }, async ({ page, problems }) => {
    await page.getByTestId('samples').getByRole('button').nth(1).click();
    const { results } = await answers(page, 1, 120_000);
    assert.equal(results[0].file, 'synthetic-shop-000049.webm');
    assert.ok(results[0].answer.windows.length > 10);
    await screenshot(page, 'sample-shop');
    assert.deepEqual(problems, []);
  });
});
