// LiteRT.js in a worker, as `ort.mjs`. A classic worker: its loader comes by importScripts, which module workers refuse.

let runtime;
let gpu;
let compiled;

async function start([script, , loader]) {
  const folder = loader.replace(/[^/]*$/, '');
  gpu = loader.includes('jspi');
  runtime = await import(script);
  // In a worker the loader cannot tell where it came from.
  self.Module = { locateFile: (file) => folder + file, mainScriptUrlOrBlob: loader };
  await runtime.loadLiteRt(folder, { threads: false, jspi: gpu });
}

async function open(model) {
  const accelerator = gpu ? 'webgpu' : 'wasm';
  compiled = await runtime.loadAndCompile(new Uint8Array(model), { accelerator, cpuOptions: { numThreads: 1 } });
}

const arrays = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

/** The picture goes where it fits; states are zeros. */
async function run(picture) {
  const inputs = compiled.getInputDetails().map(({ shape, dtype }) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const fits = size * arrays[dtype].BYTES_PER_ELEMENT === picture.byteLength;
    return new runtime.Tensor(fits ? new arrays[dtype](picture) : new arrays[dtype](size), [...shape]);
  });
  const tensors = await compiled.run(inputs);
  const outputs = {};
  for (const [index, tensor] of tensors.entries()) outputs[`output ${index}`] = await tensor.data();
  for (const tensor of [...inputs, ...tensors]) if (!tensor.deleted) tensor.delete();
  return outputs;
}

onmessage = async ({ data: { start: files, model, picture } }) => {
  try {
    if (files) await start(files);
    if (model) await open(model);
    postMessage({ outputs: picture ? await run(picture) : {} });
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
