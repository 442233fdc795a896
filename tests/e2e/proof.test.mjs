// A device that computes something else than the reference is not used, and the page says what differed. Of two that compute
// it right, the faster one is used.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, errorText, eventually, screenshot, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { dist, packId, readPack, vitrineFile, withoutModel } from './lib/environment.mjs';

const skip = withoutModel() ?? false;
const options = { skip, timeout: 180_000 };

/** The pack with its first expected value moved by 1. */
function tampered() {
  const pack = readPack();
  pack.self_test.values[0] += 1;
  return pack;
}

const json = (text) => (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(text);
};

const named = (name) => (_request, response) => {
  const type = name.endsWith('.js') ? 'text/javascript' : 'application/wasm';
  response.writeHead(200, { 'Content-Type': type });
  response.end(readFileSync(join(dist, name)));
};

/** A GPU worker that is a CPU worker in truth, after `script` has run in it. */
const pretendedGpu = (script) => [
  [/^\/worker-gpu\.js$/, named('worker-cpu.js')],
  [/^\/worker-gpu_bg\.wasm$/, named('worker-cpu_bg.wasm')],
  [/^\/worker\.js$/, scripted(script)],
];

/** `worker.js` with `script` before it in the GPU worker. */
const scripted = (script) => (request, response, file) => {
  response.writeHead(200, { 'Content-Type': 'text/javascript' });
  const before = request.url.includes('worker-gpu') ? `${script};` : '';
  response.end(before + readFileSync(file, 'utf8'));
};

/** Runs in the page: the browser has a graphics processor. */
function pretendAdapter() {
  const adapter = { info: { vendor: 'acme', architecture: 'test' } };
  Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => adapter } });
  // What is asked of workers.
  window.asked = [];
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (message, transfer) {
    window.asked.push(JSON.parse(message.json).request);
    return postMessage.call(this, message, transfer);
  };
}

/** In the worker: this device finds other expected values, so that what it computes is wrong for it. */
const wrong = `const real = self.fetch;
self.fetch = async (...given) => {
  const response = await real(...given);
  if (!String(given[0]).endsWith('pack.json')) return response;
  const pack = await response.json();
  pack.self_test.values[0] += 1;
  return new Response(JSON.stringify(pack));
}`;

/** In the worker: its clock runs \`factor\` times as fast. */
const clocked = (factor) => `const { now } = Performance.prototype;
Performance.prototype.now = function () { return now.call(this) * ${factor}; }`;

const badge = (page) => page.getByTestId('badge');
const reasonIs = (page, pattern, timeout = 60_000) =>
  eventually(page, () => badge(page).innerText(), (said) => pattern.test(said), String(pattern), timeout);

test('a pack whose expected values were tampered with is refused on every device, with what differed', options, async () => {
  const pack = tampered();
  const routes = [[new RegExp(`/packs/${packId}/pack.json`), json(JSON.stringify(pack))], ...pretendedGpu('')];
  for (const device of ['webgpu', 'cpu']) {
    await withPage({ query: `?device=${device}`, routes }, async ({ page, problems }) => {
      await dropFiles(page, drawnStreet());
      const { text } = await errorText(page);
      assert.ok(text.includes(`${pack.output.tensor}[0] is `), text);
      assert.ok(text.includes(`the reference has ${Number(pack.self_test.values[0].toFixed(4))}`), text);
      assert.ok(text.includes(`the limit is ${pack.self_test.tolerance}`), text);
      assert.equal(await page.evaluate(() => window.__vitrine?.results?.length ?? 0), 0, 'and there is no answer');
      if (device === 'cpu') await screenshot(page, 'proof-tampered');
      assert.deepEqual(problems, []);
    });
  }
});

test('`vitrine check` refuses it too', { ...options, skip: skip || (!existsSync(vitrineFile) && 'the command is not built') }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-'));
  try {
    cpSync(join(dist, 'packs', packId), folder, { recursive: true });
    const pack = tampered();
    writeFileSync(join(folder, 'pack.json'), JSON.stringify(pack));
    const done = spawnSync(vitrineFile, ['check', folder, '--json'], { encoding: 'utf8' });
    assert.equal(done.status, 1, done.stderr);
    const { ok, worst } = JSON.parse(done.stdout);
    assert.equal(ok, false);
    assert.deepEqual([worst.tensor, worst.index, worst.limit], [pack.output.tensor, 0, pack.self_test.tolerance]);
    assert.ok(Math.abs(worst.expected - worst.found - 1) < 0.01, JSON.stringify(worst));
    assert.match(done.stderr, /the reference has/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a device that computes wrongly is left for the CPU, and the page says what differed', options, () =>
  withPage({ query: '', routes: pretendedGpu(wrong), flags: [] }, async ({ page, problems }) => {
    await page.addInitScript(pretendAdapter);
    await page.reload();
    await reasonIs(page, /CPU: the GPU failed: The device computes wrongly/);
    await page.getByTestId('device-choice').click();
    const fault = page.getByTestId('device-fault');
    await fault.waitFor();
    const { output, self_test: test } = readPack();
    const said = await fault.innerText();
    assert.ok(said.includes(`${output.tensor}[0] is`) && said.includes(`the limit is ${test.tolerance}`), said);
    await screenshot(page, 'proof-left');
    await page.keyboard.press('Escape');
    await dropFiles(page, drawnStreet());
    assert.equal((await answers(page)).device, 'cpu');
    assert.deepEqual(problems, []);
  }));

for (const [what, factor, pattern] of [
  ['slower', 1000, /CPU: faster here, .* against .* on acme test/],
  ['faster', 0.001, /WebGPU: acme test/],
]) {
  test(`a GPU that is ${what} than the CPU is told so by one measurement, which is remembered`, options, () =>
    withPage({ routes: pretendedGpu(clocked(factor)), flags: [] }, async ({ page, problems }) => {
      await page.addInitScript(pretendAdapter);
      await page.reload();
      await reasonIs(page, pattern);
      const measured = () => page.evaluate(() => window.asked.filter((request) => request === 'measure').length);
      assert.equal(await measured(), 2, 'once on each device');
      await page.reload();
      await reasonIs(page, pattern);
      assert.equal(await measured(), 0, 'the second visit remembers');
      await page.getByTestId('device-choice').click();
      const times = page.getByTestId('device-times');
      // They are those of a pack, which may still be on its way.
      await eventually(page, () => times.innerText(), (said) => /CPU: \d.*\n?.*WebGPU: \d/s.test(said), 'both times', 30_000);
      await page.getByTestId('measure-again').click();
      await eventually(page, measured, (count) => count === 2, 'measured again', 60_000);
      await page.getByTestId('measure-again').and(page.locator(':enabled')).waitFor();
      await screenshot(page, `proof-${what}`);
      assert.match(await badge(page).innerText(), pattern);
      assert.deepEqual(problems, []);
    }));
}

/** In the GPU worker: a driver that gets one of our kernels wrong. */
const brokenDriver = `const create = GPUDevice.prototype.createShaderModule;
GPUDevice.prototype.createShaderModule = function (shader) {
  const broken = /^depthwise_kernel/.test(shader.label);
  return create.call(this, broken ? { ...shader, code: shader.code.replaceAll('fma(', 'mix(') } : shader);
}`;

const gpuPack = 'dogs-mobilenetv2';
const withoutGpu = existsSync(join(dist, 'worker-gpu_bg.wasm')) ? undefined : 'the GPU worker is not built';

test('a GPU whose driver breaks one kernel is left for the CPU, which answers', {
  skip: withoutModel(gpuPack) ?? withoutGpu ?? false,
  timeout: 300_000,
}, () =>
  withPage({ query: `?device=webgpu&pack=${gpuPack}`, routes: [[/^\/worker\.js$/, scripted(brokenDriver)]] }, async ({ page, problems }) => {
    await reasonIs(page, /CPU: the GPU failed: The device computes wrongly/, 200_000);
    const { text } = await errorText(page);
    const { output, self_test: test } = readPack(gpuPack);
    assert.ok(text.includes(`${output.tensor}[`) && text.includes(`the limit is ${test.tolerance}`), text);
    await dropFiles(page, drawnStreet());
    await page.waitForFunction(() => window.__vitrine?.results.length === 1);
    assert.equal(await page.evaluate(() => window.__vitrine.device), 'cpu');
    assert.deepEqual(problems, []);
  }));
