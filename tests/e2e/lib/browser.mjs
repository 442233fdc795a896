// A fresh Chromium with the page in it, and what a person does there.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium as playwright } from 'playwright-core';
import { chromium, dist, out, packId } from './environment.mjs';
import { serve } from './server.mjs';

const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** WebGPU computed by a program on the CPU: slow, and the same on every machine. */
export const softwareGpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** No WebGPU adapter. */
export const noGpu = ['--disable-features=WebGPU'];

const desktop = { width: 1440, height: 900 };

/** A browser with these flags of Chromium, and without what it does of its own accord. */
export const launch = (flags) =>
  playwright.launch({ executablePath: chromium, headless: true, chromiumSandbox: false, args: [...quiet, ...flags] });

/**
 * Opens the page, calls `visit({page, browser, server})`, and closes everything. `flags` are Chromium's, `routes` the
 * server's, `query` is the page's, `context` is Playwright's, and `init` runs in the page before anything of it. Where the
 * query names no pack it is the quick one for streets, unless `anyPack` is set: then the page opens with the host's first.
 */
export async function withPage({ query = '', flags = softwareGpu, routes = [], folder = dist, context = {}, anyPack = false, recorded = false, init }, visit) {
  const server = await serve(folder, routes);
  const browser = await launch(flags);
  try {
    const opened = await browser.newContext({ locale: 'en-GB', viewport: desktop, acceptDownloads: true, ...context });
    const page = await opened.newPage();
    page.setDefaultTimeout(60_000);
    const problems = [];
    page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
    if (recorded) await recordTasks(page);
    if (init) await page.addInitScript(init);
    try {
      await page.goto(server.address + (anyPack ? query : withPack(query)));
      await visit({ page, browser, server, problems });
    } catch (error) {
      throw await withWitness(error, page, problems);
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The failure, with what the page shows and a picture of it, as far as the browser still answers. */
async function withWitness(error, page, problems) {
  const name = `failed-${process.pid}-${Date.now()}`;
  const options = { timeout: 5_000 };
  const said = await page.locator('body').innerText(options).catch((reason) => `nothing: ${reason.message}`);
  await page.screenshot({ path: join(out, `${name}.png`), ...options }).catch(() => {});
  const words = `\n${page.url()} shows (${name}.png):\n${said.slice(0, 2000)}\n${problems.join('\n')}`;
  error.message += words;
  // This is what the test runner prints.
  error.stack += words;
  return error;
}

/** The page's address, with the quick pack where it names none. */
function withPack(query) {
  if (query.includes('pack=') || !(query === '' || query.startsWith('?'))) return query;
  return `${query || '?'}${query ? '&' : ''}pack=${packId}`;
}

/** Begins to record what the page's threads do, for `longTasks`. */
export const recordTasks = (page) => page.context().browser().startTracing(page, { categories: ['toplevel'] });

/**
 * Ends the record: tasks in which the main thread computed for more than 50 ms. The thread's own clock is read, which stands
 * still while other processes have the core: `wall` is what passed meanwhile.
 */
export async function longTasks(page) {
  const record = await page.context().browser().stopTracing();
  const { traceEvents } = JSON.parse(record);
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const named = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const mains = new Set(named.map(thread));
  const tasks = traceEvents.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(thread(event)));
  const timed = tasks.filter(({ tdur }) => tdur > 0);
  assert.ok(timed.length > 100, `the record holds ${tasks.length} tasks, and the time of ${timed.length}`);
  const begin = Math.min(...tasks.map(({ ts }) => ts));
  const millis = (micros) => Math.round(micros / 1000);
  const long = timed.filter(({ tdur }) => tdur > 50_000);
  return long.map(({ ts, dur, tdur }) => ({ start: millis(ts - begin), millis: millis(tdur), wall: millis(dur) }));
}

/** Drops files from the disk on the page, as a person does: with drag events that carry them. */
export async function dropFiles(page, ...paths) {
  const input = await page.evaluateHandle(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    return input;
  });
  await input.setInputFiles(paths);
  await input.evaluate(dropOnDocument);
  await input.dispose();
}

/** Picks a folder with everything in it. */
export const pickFolder = (page, folder) => page.getByTestId('folder-input').setInputFiles(folder);

/** Drops a folder from the disk, as the browser's own drag and drop does. */
export async function dropFolder(page, folder) {
  // The drop is a real one: it must not come before somebody listens.
  await page.getByTestId('drop-zone').waitFor();
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop']) {
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  }
  await session.detach();
}

/** Saves by pressing a button; the path of the file. */
export async function saved(page, testid) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(testid).click()]);
  mkdirSync(out, { recursive: true });
  const path = join(out, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

/** Drops a file of `mebibytes` that exists only in the browser. */
export async function dropLargeFile(page, name, mebibytes) {
  await page.evaluate(
    ([name, mebibytes]) => {
      const part = new Blob([new Uint8Array(1 << 20)]);
      const transfer = new DataTransfer();
      transfer.items.add(new File(Array(mebibytes).fill(part), name, { type: 'image/jpeg' }));
      for (const type of ['dragenter', 'dragover', 'drop']) {
        const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body;
        target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
      }
    },
    [name, mebibytes],
  );
}

/** Runs in the page. */
function dropOnDocument(input) {
  const transfer = new DataTransfer();
  for (const file of input.files) transfer.items.add(file);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body;
    target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}

/** Waits until `count` answers are there, and returns what the page publishes. Fails early with what the page says. */
export async function answers(page, count = 1, timeout = 60_000) {
  await answered(page, count, timeout);
  return page.evaluate(() => JSON.parse(JSON.stringify(window.__vitrine)));
}

/** Waits until `count` answers are there, without reading them: that would be a task of the page's main thread. */
export async function answered(page, count = 1, timeout = 60_000) {
  const done = page.waitForFunction((count) => window.__vitrine?.results?.length >= count, count, { timeout });
  const failed = page.getByTestId('error').waitFor({ timeout }).then(
    async () => {
      // The text holds the details too, which are folded away.
      throw new Error(`the page shows: ${await page.getByTestId('error').textContent()}`);
    },
    () => {},
  );
  await Promise.race([done, failed.then(() => done)]);
}

/** What the error card says, once it is there. */
export async function errorText(page, timeout = 60_000) {
  const card = page.getByTestId('error');
  await card.waitFor({ timeout });
  return { title: await page.getByTestId('error-title').innerText(), text: await card.innerText() };
}

/** Reads until the value `holds`, for some seconds; then fails and says `what` was expected. */
export async function eventually(page, read, holds, what, timeout = 5_000) {
  const end = Date.now() + timeout;
  let value;
  do {
    value = await read();
    if (holds(value)) return;
    await page.waitForTimeout(100);
  } while (Date.now() < end);
  throw new Error(`${what}: ${value}`);
}

/** A picture of what a person would see, for whoever looks into a failure. */
export async function screenshot(page, name) {
  mkdirSync(out, { recursive: true });
  // What moves in has arrived by then.
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(out, `${name}.png`) });
}
