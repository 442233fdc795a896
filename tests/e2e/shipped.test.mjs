// A fresh clone on a machine without anything else: the packs that were trained here read the samples that were drawn here.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, noGpu, screenshot, withPage } from './lib/browser.mjs';
import { root, vitrine, withoutModel } from './lib/environment.mjs';
import { notFound } from './lib/server.mjs';

const street = 'street-unet-mini';
const shop = 'shop-two-stream';
const drawn = join(root, 'public/drawn');

/** The host has what the repository has. */
const onlyShipped = [
  [/^\/packs\.json$/, (_request, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify([street, shop]))],
  [/^\/samples\//, notFound],
];

/** The page on such a host; `visit` as for `withPage`. Nothing may be asked of any other host. */
async function withShipped(visit) {
  await withPage({ anyPack: true, query: '?device=cpu', flags: noGpu, routes: onlyShipped }, async (opened) => {
    const { page, server, problems } = opened;
    const elsewhere = [];
    page.context().on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.address)) elsewhere.push(request.url());
    });
    await visit(opened);
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(problems, []);
  });
}

test('the page opens with the street pack that was trained here, and cuts up the drawn street', { skip: withoutModel(street), timeout: 180_000 }, async () => {
  await withShipped(async ({ page }) => {
    await page.getByTestId('samples').getByRole('button').first().click();
    const { pack, results } = await answers(page, 1, 120_000);
    assert.equal(pack, street);
    const { file, answer } = results[0];
    const native = vitrine('run', street, join(drawn, 'images', file), '--device', 'cpu', '--json').results[0].answer;
    assert.deepEqual(answer.categories.map(({ name }) => name), native.categories.map(({ name }) => name));
    answer.categories.forEach(({ name, share }, place) => assert.ok(Math.abs(share - native.categories[place].share) < 1e-3, name));
    await screenshot(page, 'shipped-street');
  });
});

test('the drawn clip is watched with the shop pack that was trained here', { skip: withoutModel(shop), timeout: 180_000 }, async () => {
  await withShipped(async ({ page }) => {
    await page.getByTestId('samples').getByRole('button').nth(1).click();
    const { pack, results } = await answers(page, 1, 120_000);
    assert.equal(pack, shop);
    const { windows } = results[0].answer;
    const timeline = readFileSync(join(drawn, 'timeline.csv'), 'utf8').trim().split(/\r?\n/).slice(1).map((line) => line.split(','));
    const doneAt = (secs) => timeline.find(([, start, end]) => secs >= Number(start) && secs < Number(end))?.[3];
    const right = windows.filter(({ start_secs: start, end_secs: end, ranked }) => ranked[0].name === doneAt((start + end) / 2));
    // Windows across a change of action may say either.
    assert.ok(right.length >= 0.75 * windows.length, `${right.length} of ${windows.length} windows`);
    await screenshot(page, 'shipped-shop');
  });
});
