// WebGPU that is absent, or goes away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, dropFiles, errorText, noGpu, screenshot, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { withoutModel } from './lib/environment.mjs';

const skip = withoutModel() ?? false;

test('without WebGPU the page says so and how to go on', { skip, timeout: 180_000 }, async () => {
  await withPage({ query: '?device=webgpu&tile=129', flags: noGpu }, async ({ page }) => {
    const adapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
    assert.equal(adapter, false, 'this browser must have no adapter, or the test shows nothing');
    await dropFiles(page, drawnStreet());
    const { title, text } = await errorText(page);
    await screenshot(page, 'fault-no-webgpu');
    assert.match(text, /WebGPU/);
    assert.ok(text.length > title.length + 20, `the card has a remedy beside its title: ${text}`);
    await page.waitForFunction(() => window.__vitrine?.results.length === 1);
    assert.equal(await page.evaluate(() => window.__vitrine.device), 'cpu', 'the CPU answers all the same');
  });
});

test('a GPU that is lost while it computes does not lose the photo', { skip, timeout: 600_000 }, async (t) => {
  await withPage({ query: '?device=webgpu&tile=129' }, async ({ page, browser }) => {
    await dropFiles(page, drawnStreet('first.png'));
    await answers(page, 1, 300_000);
    const status = page.getByTestId('status');
    await dropFiles(page, drawnStreet('second.png', 1280, 480));
    await page.waitForTimeout(300);
    const crash = await browser.newBrowserCDPSession();
    // The session answers only if the process survives, which it should not.
    crash.send('Browser.crashGpuProcess').catch(() => {});
    await page.waitForFunction(() => window.__vitrine.results.some(({ file }) => file === 'second.png'), undefined, {
      timeout: 300_000,
    });
    await screenshot(page, 'gpu-lost');
    const said = await status.innerText();
    t.diagnostic(said);
    const { results } = await answers(page, 2);
    assert.deepEqual(results.map(({ file }) => file).sort(), ['first.png', 'second.png']);
    const { device } = results.find(({ file }) => file === 'second.png');
    const words = { webgpu: /after the GPU was lost and started again/, cpu: /after the GPU failed/ };
    assert.match(said, words[device], `the page says why the ${device} answered`);
  });
});
