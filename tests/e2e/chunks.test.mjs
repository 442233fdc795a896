// Parts of the page that it fetches when they are first needed.

import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { errorText, withPage } from './lib/browser.mjs';
import { dist } from './lib/environment.mjs';

const options = { timeout: 120_000 };
const chunk = '**/*-chunk-panels-*.wasm';

test('a part is fetched when it is first asked for, from whatever folder the page lies in', options, () =>
  withPage({ folder: dirname(dist), query: `${basename(dist)}/` }, async ({ page, problems }) => {
    await page.getByTestId('help').waitFor();
    const fetched = () =>
      page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('-chunk-panels-')).length);
    assert.equal(await fetched(), 0);
    await page.getByTestId('help').click();
    await page.getByTestId('help-dialog').waitFor();
    const parts = await fetched();
    assert.equal(parts, 1);
    await page.keyboard.press('Escape');
    await page.getByTestId('help-dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('?');
    await page.getByTestId('help-dialog').waitFor();
    assert.equal(await fetched(), parts, 'it is fetched once');
    assert.deepEqual(problems, []);
  }));

for (const [way, spoil] of [
  ['the network is gone', (route) => route.abort()],
  ['the host has another version of the page', (route) => route.fulfill({ status: 404, body: 'not found' })],
  ['the host answers everything with its own page', (route) => route.fulfill({ contentType: 'text/html', body: '<p>' })],
]) {
  test(`a part that cannot be had is told, and is there after another try: ${way}`, options, () =>
    // Whatever pack there is: one that is not would be the error that is told.
    withPage({ anyPack: true }, async ({ page, problems }) => {
      await page.route(chunk, spoil);
      await page.getByTestId('help').click();
      const { title, text } = await errorText(page);
      assert.match(title, /part of this page/);
      assert.match(text, /What to do/);
      await page.unroute(chunk);
      await page.getByTestId('retry').click();
      await page.getByTestId('help-dialog').waitFor();
      await page.getByTestId('error').waitFor({ state: 'hidden' });
      assert.deepEqual(problems, []);
    }));
}
