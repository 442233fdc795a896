// Loads one of the worker bundles: `new Worker('worker.js?worker-cpu')`. All are built for `--target no-modules`,
// which leaves the instantiation to its user.
const name = self.location.search.slice(1);
const base = self.location.href.replace(/[^/]*$/, '');

// The page may send before the module listens.
const waiting = [];
const keep = (event) => waiting.push(event.data);
self.addEventListener('message', keep);

// A panic in asynchronous code is a rejected promise, of which the page would never hear.
const tell = (reason) => setTimeout(() => { throw reason; });
self.addEventListener('unhandledrejection', (event) => tell(event.reason));

importScripts(`${base}${name}.js`);
wasm_bindgen({ module_or_path: `${base}${name}_bg.wasm` })
  .then(() => {
    self.removeEventListener('message', keep);
    for (const data of waiting) self.dispatchEvent(new MessageEvent('message', { data }));
  })
  .catch(tell);
