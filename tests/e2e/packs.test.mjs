// Packs that the host lists, and model files that are absent or wrong.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, errorText, screenshot, withPage } from './lib/browser.mjs';
import { drawnStreet, folderOf, twoColours } from './lib/files.mjs';
import { meanColourClassifier } from './lib/onnx.mjs';
import { notFound, serve, tampered } from './lib/server.mjs';
import { dist, withoutModel } from './lib/environment.mjs';

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

const both = (text) => ({ en: text, fr: text });

/** A pack of two colours, as files of its folder. */
function coloursPack(id) {
  const bytes = meanColourClassifier([[10, 0, 0], [0, 10, 0]]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const pack = {
    schema: 1,
    id,
    task: 'classify',
    title: both('Colours from elsewhere'),
    summary: both('It tells red from green.'),
    model: { file: 'model.onnx', bytes: bytes.length, sha256, licence: 'CC0-1.0', terms: both('None.') },
    input: { width: 32, height: 32, colour: 'rgb', mean: [0, 0, 0], std: [255, 255, 255], resize: { rule: 'squash' } },
    output: { kind: 'logits', tensor: 'logits', columns: 2 },
    classes: ['red', 'green'].map((name) => ({ name: both(name) })),
  };
  return { 'pack.json': Buffer.from(JSON.stringify(pack)), 'model.onnx': bytes };
}

/** A handler: any page may read the file. */
const shared = (_request, response, file) => {
  if (!existsSync(file)) return notFound(_request, response);
  response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end(readFileSync(file));
};

test('packs.json on the host lists a pack of another host, which is used and shown', {
  skip: existsSync(join(dist, 'index.html')) ? false : 'there is no dist folder: run `cargo xtask build`',
  timeout: 120_000,
}, async () => {
  const files = Object.entries(coloursPack('colours')).map(([name, bytes]) => [`models/colours/${name}`, bytes]);
  const other = await serve(folderOf(Object.fromEntries(files)), [[/./, shared]]);
  const address = `${other.address}models/colours/`;
  const list = (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify([address]));
  try {
    for (const query of ['?device=cpu', '?device=cpu&pack=colours']) {
      await withPage({ query, anyPack: true, routes: [[/^\/packs\.json$/, list]] }, async ({ page, problems }) => {
        await dropFiles(page, twoColours('green.png', [0, 200, 0], [0, 200, 0]));
        const { results } = await answers(page);
        assert.equal(results[0].answer.ranked[0].name, 'green');
        await page.getByTestId('pack-card').click();
        await page.getByTestId('open-gallery').click();
        await page.getByTestId('card-colours').waitFor();
        assert.match(await page.getByTestId('card-colours').innerText(), /Colours from elsewhere/);
        assert.ok(await page.getByTestId('use-colours').isDisabled(), 'it is the one in use');
        assert.deepEqual(problems, []);
      });
    }
    assert.ok(other.requested.includes('/models/colours/model.onnx'));
  } finally {
    await other.close();
  }
});
