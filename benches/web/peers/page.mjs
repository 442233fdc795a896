// Runs in the page: opens engines, compares what they answer, times them. Every time is the page's, from handing a worker its
// input to having its outputs, the same way for all.

const bytes = async (path) => {
  const response = await fetch(`/reference/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.arrayBuffer();
};

/** One round: `{engine: {start, load, first, runs, differences} or {error}}`, milliseconds. */
export async function round({ engines, expected, expected8, runs, warm, cap }) {
  const fetched = (list, name) =>
    Promise.all(list.map(async (it, index) => ({ ...it, data: await bytes(`arrays/${name}/${index}`) })));
  const [wanted, wanted8] = [await fetched(expected, 'expected'), await fetched(expected8, 'expected8')];
  const sessions = [];
  const results = {};
  for (const engine of engines) {
    const session = { engine, runs: [] };
    results[engine.name] = session;
    try {
      Object.assign(session, await opened(engine, engine.tflite ? wanted8 : wanted));
      sessions.push(session);
      await warmed(session, warm);
    } catch (error) {
      session.error = String(error?.message ?? error).slice(0, 300);
    }
  }
  for (let turn = 0; turn < runs; turn += 1) {
    for (const session of turn % 2 ? [...sessions].reverse() : sessions) {
      if (session.error || session.runs.reduce((sum, run) => sum + run, 0) > cap) continue;
      try {
        session.runs.push((await session.timed()).millis);
      } catch (error) {
        session.error = String(error?.message ?? error).slice(0, 300);
      }
    }
  }
  for (const session of sessions) session.end();
  const kept = Object.entries(results).map(([name, { start, load, first, runs, differences, error }]) => [
    name,
    { start, load, first, runs, differences, error },
  ]);
  return Object.fromEntries(kept);
}

/** A session with its model, after its first run, whose outputs are compared. */
async function opened(engine, wanted) {
  const session = engine.worker ? await rival(engine) : await ours(engine);
  const picture = await bytes(`arrays/${engine.tflite ? 'pixels' : 'picture'}`);
  const timed = async () => {
    const begun = performance.now();
    const outputs = await session.run(picture);
    return { outputs, millis: performance.now() - begun };
  };
  const { outputs, millis } = await timed();
  const found = wanted.map((it) => [it, engine.tflite ? ofTflite(it, outputs) : outputs[it.name]]);
  const compared = found.filter(([, output]) => output).map(([it, output]) => [it.name, difference(it, output)]);
  if (compared.length === 0) throw new Error('no output has an expected array');
  const differences = Object.fromEntries(compared);
  return { start: session.start, load: session.load, first: millis, differences, timed, end: session.end };
}

/** A TFLite file's output has a name of its own: the one of this size. What is in 8 bits there is a share of 256. */
function ofTflite({ shape, data }, outputs) {
  const count = shape.reduce((product, size) => product * size, 1);
  const output = Object.values(outputs).find(({ length }) => length === count);
  const shares = output instanceof Uint8Array && data.byteLength === count * 4;
  return shares ? Float32Array.from(output, (value) => value / 256) : output;
}

async function ours({ device }) {
  const file = await bytes('model.onnx');
  const session = await window.vitrineOpen(file, device);
  return {
    start: session.start_ms,
    load: session.load_ms,
    end: session.end,
    run: async (picture) => (await session.run(picture)).output,
  };
}

/** A worker that answers one message after the other. */
async function rival({ worker: script, files, tflite }) {
  const starting = performance.now();
  const worker = new Worker(`/peers/${script}`, { type: script.endsWith('.mjs') ? 'module' : 'classic' });
  const ask = (message, transfer = []) =>
    new Promise((answer, fail) => {
      worker.onerror = (event) => fail(new Error(event.message ?? 'the worker failed'));
      worker.onmessage = ({ data }) => (data.error ? fail(new Error(data.error)) : answer(data));
      worker.postMessage(message, transfer);
    });
  await ask({ start: files.map((file) => `/rivals/${file}`) });
  const start = performance.now() - starting;
  const model = await bytes(tflite ? 'original.tflite' : 'model.onnx');
  const begun = performance.now();
  await ask({ model }, [model]);
  const load = performance.now() - begun;
  const run = async (picture) => {
    const copy = picture.slice(0);
    return (await ask({ picture: copy }, [copy])).outputs;
  };
  return { start, load, run, end: () => worker.terminate() };
}

/** The compiler's later tiers have done their part when the timed runs begin. */
async function warmed({ timed }, warm) {
  const begun = performance.now();
  while (performance.now() - begun < warm) await timed();
}

/** The largest difference, or of labels the share that agrees. */
function difference({ shape, step, data }, have) {
  const count = shape.reduce((product, size) => product * size, 1);
  const labels = data.byteLength === count;
  const want = labels ? new Uint8Array(data) : new Float32Array(data);
  const [rows, columns] = [shape.at(-2) / step, shape.at(-1) / step];
  const at = (index) => {
    if (step === 1) return index;
    const [column, row] = [index % columns, Math.floor(index / columns) % rows];
    return (Math.floor(index / columns / rows) * shape.at(-2) + row * step) * shape.at(-1) + column * step;
  };
  let [worst, same] = [0, 0];
  for (let index = 0; index < want.length; index += 1) {
    const apart = Math.abs(Number(have[at(index)]) - want[index]);
    if (apart === 0) same += 1;
    if (!(apart <= worst)) worst = apart;
  }
  return labels ? { agree: same / want.length } : { apart: worst };
}
