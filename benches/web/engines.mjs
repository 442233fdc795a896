// What is measured: our two workers and the rivals' bundles, by the files that a page would fetch of each.

const ort = (bundle, wasm) => [`onnxruntime-web/dist/${bundle}`, `onnxruntime-web/dist/${wasm}`];
const litert = (build) => [
  '@litertjs/core/dist/index.js',
  '@litertjs/wasm-utils/dist/index.js',
  `@litertjs/core/wasm/litert_wasm${build}_internal.js`,
  `@litertjs/core/wasm/litert_wasm${build}_internal.wasm`,
];

/** `worker` is a rival's in `peers/`, `device` is ours; `files` are the rivals' modules. One thread everywhere. */
export const engines = {
  'ours-cpu': { device: 'cpu', label: 'Vitrine' },
  'ort-wasm': {
    worker: 'ort.mjs',
    label: 'ONNX Runtime',
    files: ort('ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm'),
  },
  'litert-wasm': { worker: 'litert.js', label: 'LiteRT.js (8 bits)', tflite: true, files: litert('') },
  'ours-webgpu': { device: 'webgpu', gpu: true, label: 'Vitrine' },
  'ort-webgpu': {
    worker: 'ort.mjs',
    gpu: true,
    label: 'ONNX Runtime',
    files: ort('ort.webgpu.bundle.min.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'),
  },
  'litert-webgpu': { worker: 'litert.js', gpu: true, label: 'LiteRT.js (8 bits)', tflite: true, files: litert('_jspi') },
};
