// Model files that are absent or wrong.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropFiles, errorText, screenshot, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { notFound, tampered } from './lib/server.mjs';
import { withoutModel } from './lib/environment.mjs';

const skip = withoutModel() ?? false;
const anyModel = /\/packs\/.*\.(tflite|onnx)$/;

/** The card shows, with a cause, a remedy and no answer. */
async function assertRefused(routes, name, cause) {
  await withPage({ query: '?device=cpu', routes }, async ({ page, problems }) => {
    await dropFiles(page, drawnStreet());
    const { title, text } = await errorText(page);
    await screenshot(page, `fault-${name}`);
    assert.match(text, cause);
    assert.ok(text.length > title.length + 20, `the card has a remedy beside its title: ${text}`);
    assert.equal(await page.evaluate(() => window.__vitrine?.results?.length ?? 0), 0);
    assert.deepEqual(problems, []);
  });
}

test('a model file whose sha256 is wrong is refused', { skip, timeout: 120_000 }, () =>
  assertRefused([[anyModel, tampered]], 'tampered', /sha-?256|checksum|not the (one|file)|altered|differs/i));

test('a model file that is not found is named', { skip, timeout: 120_000 }, () =>
  assertRefused([[anyModel, notFound]], 'missing', /404|not found|missing|cannot be (loaded|fetched)/i));

test('without any pack the page explains how to get one', { timeout: 120_000 }, async () => {
  await withPage({ anyPack: true, routes: [[/^\/(packs|samples)(\/|\.json)/, notFound]] }, async ({ page, problems }) => {
    const help = page.getByTestId('pack-help');
    await help.waitFor();
    await screenshot(page, 'no-packs');
    assert.match(await help.innerText(), /vitrine.* pull|xtask run/);
    await dropFiles(page, drawnStreet());
    await page.waitForTimeout(1500);
    assert.ok(await help.isVisible(), 'the explanation stays');
    assert.deepEqual(problems, []);
  });
});
