// ONNX Runtime Web in a worker: `{start: [script, program]}`, then `{model}`, then `{picture}` any number of times.

/** The smallest model, y = Identity(x): it starts the program and its device, so that a model's own loading is timed alone. */
function smallest() {
  const text = (string) => [string.length, ...new TextEncoder().encode(string)];
  const part = (field, content) => [(field << 3) | 2, content.length, ...content];
  const type = part(2, part(1, [0x08, 1, ...part(2, part(1, [0x08, 1]))]));
  const value = (name) => [0x0a, ...text(name), ...type];
  const node = [0x0a, ...text('x'), 0x12, ...text('y'), 0x22, ...text('Identity')];
  const graph = [...part(1, node), 0x12, ...text('g'), ...part(11, value('x')), ...part(12, value('y'))];
  return new Uint8Array([0x08, 8, ...part(7, graph), ...part(8, [0x10, 13])]);
}

let runtime;
let providers;
let session;
let feeds;

async function start([script, program]) {
  runtime = await import(script);
  Object.assign(runtime.env.wasm, { wasmPaths: { wasm: program }, numThreads: 1 });
  runtime.env.logLevel = 'error';
  providers = [script.includes('webgpu') ? 'webgpu' : 'wasm'];
  await (await runtime.InferenceSession.create(smallest(), { executionProviders: providers })).release();
}

async function open(model) {
  session = await runtime.InferenceSession.create(new Uint8Array(model), { executionProviders: providers });
  feeds = undefined;
}

/** The picture goes where it fits; states are zeros. */
function prepare(picture) {
  const size = (shape) => shape.reduce((product, length) => product * length, 1);
  feeds = session.inputMetadata.map(({ name, shape }) => {
    const mine = size(shape) * 4 === picture.byteLength;
    return { name, shape, zeros: mine ? undefined : new Float32Array(size(shape)) };
  });
}

async function run(picture) {
  if (!feeds) prepare(picture);
  const tensors = feeds.map(({ name, shape, zeros }) => [
    name,
    new runtime.Tensor('float32', zeros ?? new Float32Array(picture), shape),
  ]);
  const outputs = await session.run(Object.fromEntries(tensors));
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
}

onmessage = async ({ data: { start: files, model, picture } }) => {
  try {
    if (files) await start(files);
    if (model) await open(model);
    const outputs = picture ? await run(picture) : {};
    // Outputs that the program owns are copied, others move.
    postMessage({ outputs });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
