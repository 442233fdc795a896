// Keeps the page working without a network. What the host has is always asked first, so that nothing stale is shown;
// only files with a digest in their name, which never change, come from the cache at once.
const CACHE = 'vitrine-1';
// The one that computes, and the one that reads videos.
const WORKERS = ['cpu', 'media'].flatMap((name) => [`worker.js?worker-${name}`, `worker-${name}.js`, `worker-${name}_bg.wasm`]);
const NEVER_CHANGES = /-[0-9a-f]{16}[._]/;

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => {
  const forget = async () => {
    const names = await caches.keys();
    await Promise.all(names.filter((name) => name.startsWith('vitrine-') && name !== CACHE).map((name) => caches.delete(name)));
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const ours = request.url.startsWith(self.registration.scope);
  if (request.method === 'GET' && ours && !request.headers.has('range')) event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept && NEVER_CHANGES.test(request.url)) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && response.type === 'basic') {
      // A full disk must not cost the answer.
      cache.put(request, response.clone()).catch(() => {});
    }
    return response;
  } catch (error) {
    // The page itself answers whatever its address asks for (`?device=cpu`).
    const page = request.mode === 'navigate' ? await cache.match(request, { ignoreSearch: true }) : undefined;
    if (kept ?? page) return kept ?? page;
    throw error;
  }
}

// The first visit has loaded everything before this script was there: the page names what it used.
self.addEventListener('message', (event) => event.waitUntil(keep(event.data)));

async function keep(addresses) {
  const cache = await caches.open(CACHE);
  const add = async (address) => (await cache.match(address)) ?? cache.add(address).catch(() => {});
  // Files of an earlier version of the page have other digests in their names.
  for (const { url } of await cache.keys()) {
    if (NEVER_CHANGES.test(url) && !addresses.includes(url)) await cache.delete(url);
  }
  const inside = (address) => new URL(address, self.registration.scope).href;
  const used = addresses.filter((address) => address.startsWith(self.registration.scope));
  await Promise.all([...used, ...WORKERS.map(inside)].map(add));
  const json = async (address) => (await add(inside(address)), (await cache.match(inside(address)))?.json());
  // The pack that the page opens with; others are kept when they are chosen.
  const [first] = (await json('packs.json')) ?? [];
  const entry = (new URL(addresses[0]).searchParams.get('pack') ?? first)?.replace(/\/+$/, '');
  // An id is a folder in packs/, anything else an address.
  const folder = entry?.includes('/') ? `${entry}/` : `packs/${encodeURIComponent(entry ?? '')}/`;
  const pack = entry && (await json(`${folder}pack.json`));
  if (pack) await add(inside(`${folder}${pack.model.file}`));
}
