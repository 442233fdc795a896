// Measures the page's workers beside ONNX Runtime Web and LiteRT.js, in one page of one Chromium. `cargo xtask bench-web`
// calls this with its options and with what it has installed; `--help` lists them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadavg } from 'node:os';
import { openBrowser } from './browser.mjs';
import { engines } from './engines.mjs';
import { HELP, options } from './options.mjs';
import { prepared } from './prepared.mjs';
import { sizes } from './sizes.mjs';
import { tables } from './tables.mjs';

const given = options(process.argv.slice(2));
if (given.help) {
  console.log(HELP);
  process.exit(0);
}
const browser = await openBrowser(given);
const measured = [];
try {
  for (const id of given.models) measured.push({ id, cells: await measure(prepared(id)) });
} finally {
  await browser.close();
}
const result = {
  date: new Date().toISOString().slice(0, 10),
  chromium: browser.version,
  adapter: browser.adapter,
  load: loadavg()[0],
  versions: versions(),
  runs: given.runs,
  rounds: given.rounds,
  measured,
  sizes: given.sizes ? sizes(given) : undefined,
};
writeFileSync(given.out, JSON.stringify(result, null, 1));
const text = tables(result, given.engines);
console.log(`\n${text}`);
if (given.keep) keep(text);

/** Every engine's times on one model: each round opens all of them, and then they take turns, run by run. */
async function measure(model) {
  const chosen = given.engines.map((name) => ({ name, ...engines[name] }));
  const fitting = chosen.filter((engine) => !engine.tflite || model.tflite);
  const cells = Object.fromEntries(fitting.map(({ name }) => [name, { start: [], load: [], first: [], runs: [] }]));
  for (let round = 0; round < given.rounds; round += 1) {
    const order = round % 2 ? [...fitting].reverse() : fitting;
    const alive = order.filter(({ name }) => !cells[name].error);
    const times = await browser.round(model, alive, given);
    for (const [name, { start, load, first, runs, ...rest }] of Object.entries(times)) {
      const cell = Object.assign(cells[name], rest);
      if (start !== undefined) cell.start.push(start);
      if (load !== undefined) cell.load.push(load);
      if (first !== undefined) cell.first.push(first);
      cell.runs.push(...(runs ?? []));
      console.log(line(model.id, name, round, { start, load, first, runs, ...rest }));
    }
  }
  return cells;
}

function line(id, name, round, { start, load, first, runs = [], error, differences }) {
  const times = `start ${start?.toFixed(0)} load ${load?.toFixed(0)} first ${first?.toFixed(0)} runs ${runs.map((run) => run.toFixed(1)).join(' ')}`;
  return `${id} ${name} ${round + 1}: ${error ?? times} ${JSON.stringify(differences ?? {})}`;
}

function versions() {
  const version = (name) => JSON.parse(readFileSync(join(given.modules, name, 'package.json'), 'utf8')).version;
  return Object.fromEntries(['onnxruntime-web', '@litertjs/core'].map((name) => [name, version(name)]));
}

/** Puts the tables where RESULTS.md keeps those of the same devices. */
function keep(text) {
  const file = new URL('../RESULTS.md', import.meta.url);
  const device = given.engines.some((name) => engines[name].gpu) ? 'webgpu' : 'cpu';
  const [begin, end] = [`<!-- bench-web ${device} -->\n`, `<!-- end of bench-web ${device} -->\n`];
  const results = readFileSync(file, 'utf8');
  const [from, to] = [results.indexOf(begin), results.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`RESULTS.md has no place for ${device}`);
  writeFileSync(file, `${results.slice(0, from + begin.length)}\n${text}\n${results.slice(to)}`);
}
