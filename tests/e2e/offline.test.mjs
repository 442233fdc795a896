// Once visited, the page works without a network.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, dropFiles, eventually, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { readPack, withoutModel } from './lib/environment.mjs';

test('after a visit the page answers with the network unplugged', { skip: withoutModel() ?? false, timeout: 180_000 }, () =>
  withPage({ query: '?device=cpu&tile=129' }, async ({ page, server, problems }) => {
    const model = readPack().model.file;
    const isKept = async (model) => {
      for (const name of await caches.keys()) {
        const kept = await (await caches.open(name)).keys();
        if (kept.some(({ url }) => url.endsWith(model))) return true;
      }
      return false;
    };
    await eventually(page, () => page.evaluate(isKept, model), (kept) => kept, 'the model is kept', 60_000);
    await server.close();
    await page.reload();
    await dropFiles(page, drawnStreet());
    assert.equal((await answers(page)).results.length, 1);
    // The code for this has never been needed so far.
    await page.getByTestId('save-menu').click();
    await Promise.all([page.waitForEvent('download'), page.getByTestId('save-json').click()]);
    assert.deepEqual(problems, []);
  }));
