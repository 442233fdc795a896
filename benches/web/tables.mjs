// The tables of RESULTS.md, as Markdown.

import { engines } from './engines.mjs';

const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const geometric = (ratios) => Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
const shown = (number) => (number >= 100 ? number.toFixed(0) : number.toFixed(number >= 10 ? 1 : 2));
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map((_, index) => (index ? '---:' : '---'))), ...rows.map(row)].join('\n');

/** Milliseconds of a cell; null where it has none. */
const figures = {
  run: (cell) => (cell?.runs.length ? median(cell.runs) : null),
  load: (cell) => (cell?.load.length ? median(cell.load) : null),
  first: (cell) => (cell?.first.length ? median(cell.first) : null),
  start: (cell) => (cell?.start.length ? median(cell.start) : null),
  answer: (cell) => (cell?.first.length ? median(cell.load.map((load, index) => load + (cell.first[index] ?? NaN))) : null),
};

export function tables({ date, chromium, adapter, load, versions, runs, rounds, measured, sizes }, names) {
  const [own, other] = names;
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ');
  const how = [
    `${date}, Chromium ${chromium}, ${used}; one thread; WebGPU adapter: ${adapter}.`,
    `${rounds} rounds of ${runs} runs, taking turns; medians; load of the machine ${load.toFixed(1)} at the end.`,
  ];
  return [how.join('\n'), times(measured, names, own, other), begins(measured, names, own, other), starts(measured, names), weights(sizes, names)]
    .filter(Boolean)
    .join('\n\n');
}

function times(measured, names, own, other) {
  const compared = Boolean(other);
  const head = ['a run, ms', ...names.map((name) => engines[name].label), ...(compared ? [`ratio to ${engines[other].label}`, 'largest difference'] : [])];
  const ratios = [];
  const rows = measured.map(({ id, cells }) => {
    const ratio = figures.run(cells[own]) / figures.run(cells[other]);
    if (ratio > 0 && Number.isFinite(ratio)) ratios.push(ratio);
    return [id, ...names.map((name) => cell(cells[name], figures.run)), ...(compared ? [number(ratio), differences(cells[own])] : [])];
  });
  if (ratios.length) rows.push(['geometric mean', ...names.map(() => ''), `**${geometric(ratios).toFixed(2)}**`, '']);
  return table(head, rows);
}

function begins(measured, names, own, other) {
  const head = ['load / first run, ms', ...names.map((name) => engines[name].label), 'ratio of the sums'];
  const ratios = [];
  const rows = measured.map(({ id, cells }) => {
    const ratio = figures.answer(cells[own]) / figures.answer(cells[other]);
    if (ratio > 0 && Number.isFinite(ratio)) ratios.push(ratio);
    const both = (it) => `${cell(it, figures.load)} / ${cell(it, figures.first)}`;
    return [id, ...names.map((name) => both(cells[name])), number(ratio)];
  });
  if (ratios.length) rows.push(['geometric mean', ...names.map(() => ''), `**${geometric(ratios).toFixed(2)}**`]);
  return table(head, rows);
}

/** What comes before any model: the same whichever follows. */
function starts(measured, names) {
  const of = (name) => measured.map(({ cells }) => figures.start(cells[name])).filter((millis) => millis !== null);
  const cells = names.map((name) => (of(name).length ? shown(median(of(name))) : '-'));
  return table(['start, ms', ...names.map((name) => engines[name].label)], [['worker, script and program', ...cells]]);
}

function weights(sizes, names) {
  if (!sizes) return undefined;
  const mega = (bytes) => (bytes ? `${(bytes / 1e6).toFixed(2)}` : 'not built');
  return table(['download, MB (brotli)', ...names.map((name) => engines[name].label)], [['script and program', ...names.map((name) => mega(sizes[name]))]]);
}

const number = (ratio) => (Number.isFinite(ratio) && ratio > 0 ? ratio.toFixed(2) : '-');

function cell(it, figure) {
  if (!it) return '-';
  const millis = figure(it);
  return millis === null ? (it.error ? 'fails' : '-') : shown(millis);
}

/** The worst of all outputs against ONNX Runtime's native golden arrays. */
function differences({ differences: found = {} } = {}) {
  const all = Object.values(found);
  const apart = Math.max(...all.map(({ apart = -1 }) => apart));
  const agree = Math.min(...all.map(({ agree = 2 }) => agree));
  const parts = [apart >= 0 ? apart.toExponential(1) : '', agree <= 1 ? `${(agree * 100).toFixed(2)} % of labels agree` : ''];
  return parts.filter(Boolean).join(', ') || '-';
}
