// The command line.

import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { models, withoutReference } from '../../tests/e2e/lib/golden.mjs';
import { engines } from './engines.mjs';

export const HELP = `cargo xtask bench-web [options]

  --models a,b     reference models (all that are there)
  --engines a,b    ${Object.keys(engines).join(', ')} (those of the CPU)
  --gpu            the engines of WebGPU instead
  --real-gpu       the machine's adapter, not a program on the CPU
  --runs N         timed runs of each engine and model in a round (8; WebGPU 2)
  --rounds N       how often everything is opened anew (3; WebGPU 1)
  --warm MS        runs before those that are timed, in all (1200; WebGPU none)
  --cap S          an engine whose runs take longer in a round is done with it (60)
  --keep           write the tables into benches/RESULTS.md
  --no-sizes       do not weigh the downloads
  --no-build       measure dist/ as it is
  --site DIR       the built site (dist)`;

const known = {
  help: { type: 'boolean' },
  models: { type: 'string' },
  engines: { type: 'string' },
  gpu: { type: 'boolean' },
  'real-gpu': { type: 'boolean' },
  runs: { type: 'string' },
  rounds: { type: 'string' },
  warm: { type: 'string' },
  cap: { type: 'string' },
  keep: { type: 'boolean' },
  'no-sizes': { type: 'boolean' },
  'no-build': { type: 'boolean' },
  site: { type: 'string', default: 'dist' },
  modules: { type: 'string', default: 'target/tools/rivals/node_modules' },
  out: { type: 'string', default: 'target/bench-web.json' },
};

/** What the words say, with everything that they leave out. */
export function options(words) {
  const { values } = parseArgs({ args: words, options: known });
  const gpu = values.gpu ?? false;
  const list = (text) => text?.split(',').filter((name) => name !== '');
  const number = (name, fallback) => {
    const found = Number(values[name] ?? fallback);
    if (!(found >= 0)) throw new Error(`--${name} is a number: ${values[name]}`);
    return found;
  };
  const present = existsSync(models) ? readdirSync(models).sort() : [];
  const chosen = {
    help: values.help,
    models: list(values.models) ?? present.filter((id) => !withoutReference(id)),
    engines: list(values.engines) ?? Object.keys(engines).filter((name) => Boolean(engines[name].gpu) === gpu),
    realGpu: values['real-gpu'] ?? false,
    runs: number('runs', gpu ? 2 : 8),
    rounds: number('rounds', gpu ? 1 : 3),
    warm: number('warm', gpu ? 0 : 1200),
    cap: number('cap', 60) * 1000,
    keep: values.keep ?? false,
    sizes: !values['no-sizes'],
    site: resolve(values.site),
    modules: resolve(values.modules),
    out: resolve(values.out),
  };
  const unknown = chosen.engines.find((name) => !engines[name]);
  if (unknown) throw new Error(`there is no engine ${unknown}: ${Object.keys(engines).join(', ')}`);
  if (!chosen.help && chosen.models.length === 0) throw new Error(`there are no reference models in ${models}`);
  return chosen;
}
