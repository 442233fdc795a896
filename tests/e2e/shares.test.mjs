// The page and the command give the same answer for the same photo.

import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, screenshot, withPage } from './lib/browser.mjs';
import { packId, streetPhotos, vitrine, withoutStreetPhoto } from './lib/environment.mjs';

const skip = withoutStreetPhoto() ?? false;
const [photo, second] = streetPhotos();

/** Every category's share of the two answers, side by side. Differences are in 0..1. */
function assertSameShares(page, command) {
  const shares = (answer) => new Map(answer.categories.map(({ id, share }) => [id, share]));
  const [ofPage, ofCommand] = [shares(page), shares(command)];
  assert.ok(ofPage.size >= 4, `a street has more than ${ofPage.size} categories`);
  for (const id of new Set([...ofPage.keys(), ...ofCommand.keys()])) {
    const difference = Math.abs((ofPage.get(id) ?? 0) - (ofCommand.get(id) ?? 0));
    assert.ok(difference <= 0.001, `category ${id}: page ${ofPage.get(id)}, command ${ofCommand.get(id)}`);
  }
  for (const key of ['width', 'height', 'map_width', 'map_height']) assert.equal(page[key], command[key], key);
}

test('on the CPU the page and `vitrine run` find the same shares', { skip, timeout: 180_000 }, async () => {
  const command = vitrine('run', packId, photo, '--device', 'cpu', '--json').results[0].answer;
  await withPage({ query: '?device=cpu' }, async ({ page, problems }) => {
    await dropFiles(page, photo);
    const published = await answers(page);
    assert.equal(published.device, 'cpu');
    assert.equal(published.pack, packId);
    assert.equal(published.results[0].file, basename(photo));
    await screenshot(page, 'street-cpu');
    assertSameShares(published.results[0].answer, command);
    assert.deepEqual(problems, []);
  });
});

test('on WebGPU the page and `vitrine run` find the same shares', { skip, timeout: 600_000 }, async () => {
  const command = vitrine('run', packId, photo, '--device', 'cpu', '--tile', '129', '--json').results[0].answer;
  await withPage({ query: '?device=webgpu&tile=129' }, async ({ page }) => {
    await dropFiles(page, photo);
    const published = await answers(page, 1, 500_000);
    assert.equal(published.device, 'webgpu');
    await screenshot(page, 'street-webgpu');
    assertSameShares(published.results[0].answer, command);
  });
});

test('several photos dropped at once are all answered', { skip, timeout: 180_000 }, async () => {
  await withPage({ query: '?device=cpu&tile=257' }, async ({ page }) => {
    await dropFiles(page, photo, second);
    const { results } = await answers(page, 2, 120_000);
    assert.deepEqual(results.map(({ file }) => file).sort(), [basename(photo), basename(second)].sort());
    await page.getByTestId('thumb-1').waitFor();
  });
});

test('a software adapter is not chosen over the CPU', { skip, timeout: 180_000 }, async () => {
  await withPage({}, async ({ page, server }) => {
    await dropFiles(page, photo);
    assert.equal((await answers(page)).device, 'cpu');
    assert.match(await page.getByTestId('badge').innerText(), /CPU/);
    assert.ok(!server.requested.some((path) => path.includes('worker-gpu') && path.endsWith('.wasm')));
  });
});
