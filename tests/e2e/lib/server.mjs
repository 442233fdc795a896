// A static file server for one test, in which single addresses can be made to answer something else.

import { createServer } from 'node:http';
import { createReadStream, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
};

/**
 * Serves `folder` on a free port of 127.0.0.1. A route is `[pattern, handler]`: the handler of the first pattern that
 * matches the path gets `(request, response, file)`, where `file` is what would have been sent.
 */
export async function serve(folder, routes = []) {
  const requested = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    requested.push(path);
    const file = join(folder, normalize(path.endsWith('/') ? `${path}index.html` : path));
    const route = routes.find(([pattern]) => pattern.test(path));
    if (!file.startsWith(folder + sep)) return notFound(request, response);
    if (route) return route[1](request, response, file);
    sendFile(response, file);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    /** Paths in the order in which they were asked for. */
    requested,
    /** May be called again. */
    close() {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

/** A handler: the file is not there. */
export function notFound(_request, response) {
  response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
}

/** A handler: the file arrives whole, and one bit of it is wrong. */
export async function tampered(_request, response, file) {
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] ^= 1;
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.length }).end(bytes);
}

/** Sends a file as it is; "not found" where there is none. */
export function sendFile(response, file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return notFound(undefined, response);
  const type = types[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': stat.size, 'Cache-Control': 'no-store' });
  createReadStream(file).pipe(response);
}
