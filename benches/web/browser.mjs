// One Chromium with one page, `bench.html` of the built site, in which every engine is opened and timed.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../../tests/e2e/lib/browser.mjs';
import { modelFile } from '../../tests/e2e/lib/golden.mjs';
import { serve } from '../../tests/e2e/lib/server.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const types = { js: 'text/javascript', mjs: 'text/javascript', wasm: 'application/wasm' };

export async function openBrowser(given) {
  let model;
  const server = await serve(given.site, routes(given, () => model));
  const software = given.realGpu ? [] : ['--use-webgpu-adapter=swiftshader'];
  const browser = await launch(['--enable-unsafe-webgpu', ...software]);
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.goto(`${server.address}bench.html`);
  const adapter = await page.evaluate(async () => {
    const { info } = (await navigator.gpu?.requestAdapter()) ?? {};
    return info ? [info.vendor, info.architecture, info.description].filter(Boolean).join(' ') : 'none';
  });
  return {
    version: browser.version(),
    adapter,
    /** Opens engines on a model and lets them take turns; times by the engines' names. */
    round(next, engines, { runs, warm, cap }) {
      model = next;
      const described = (list) => list.map(({ name, shape, step }) => ({ name, shape, step }));
      const [expected, expected8] = [described(next.expected), described(next.expected8)];
      return page.evaluate(
        async (job) => (await import('/peers/page.mjs')).round(job),
        { id: next.id, engines, expected, expected8, runs, warm, cap },
      );
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The rivals' modules, our scripts for them, and the arrays of the model that is measured. */
function routes({ modules }, model) {
  const send = (response, path, bytes) => {
    const type = types[path.split('.').pop()] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(bytes);
  };
  const file = (folder, change = (bytes) => bytes) => ({ url }, response) => {
    const path = decodeURIComponent(url.split('?')[0]).replace(/^\/[^/]+\//, '');
    send(response, path, change(readFileSync(join(folder, path)), path));
  };
  const array = ({ url }, response) => {
    const [, name, index] = url.split('/').slice(1);
    const { data } = index === undefined ? { data: model()[name] } : model()[name][index];
    send(response, url, Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  };
  return [
    [/^\/rivals\//, file(modules, corrected)],
    [/^\/peers\//, file(join(here, 'peers'))],
    [/^\/reference\/model\.onnx$/, ({ url }, response) => send(response, url, readFileSync(modelFile(model().id, 'model.onnx')))],
    [/^\/reference\/original\.tflite$/, ({ url }, response) => send(response, url, readFileSync(modelFile(model().id, 'original.tflite')))],
    [/^\/reference\/arrays\//, (request, response) => array({ url: request.url.replace('/reference', '') }, response)],
  ];
}

/** Workers know no import maps, and LiteRT.js has no name for outputs of 64-bit whole numbers, which the segmenters have. */
function corrected(bytes, path) {
  if (path !== '@litertjs/core/dist/index.js') return bytes;
  const text = bytes.toString().replace('"@litertjs/wasm-utils"', '"/rivals/@litertjs/wasm-utils/dist/index.js"');
  const whole = '{dtype: "int64", typedArrayConstructor: BigInt64Array, elementType: ElementType.INT64}';
  return text.replace(/elementType: ElementType\.UINT8\s*\}/, (row) => `${row}, ${whole}`);
}
