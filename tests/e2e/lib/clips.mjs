// Clips for the tests: labelled ones where they are shared, synthetic ones by ffmpeg.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './environment.mjs';

export const actionsId = 'action-movinet-a0-stream';

const folder = join(process.env.VITRINE_SHARED ?? join(root, '../shared'), 'data/clips');

/** A clip's path, or undefined where the labelled clips are absent. */
export function sharedClip(name) {
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
}

/** What clips.csv says of each file: the float model's best class and its probability. */
export function references() {
  const [head, ...lines] = readFileSync(join(folder, 'clips.csv'), 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  const rows = lines.map((line) => {
    const fields = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, fields[index]]));
  });
  return rows.map((row) => ({ file: row.file, top1: row.float_model_top1, p: Number(row.float_model_p) }));
}

/** Calls `work` with a folder that is gone afterwards. */
export async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'vitrine-clips-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why a clip cannot be made; undefined when it can. */
export function withoutFfmpeg() {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'ffmpeg is absent: apt install ffmpeg';
  }
}

export const ffmpeg = (...words) => execFileSync('ffmpeg', ['-nostdin', '-y', '-loglevel', 'error', ...words]);

/**
 * A clip of `frames` frames at 30 a second whose frames carry their number as a bar code: eight bars, each 16 columns of
 * 128, white for 1, the highest bit first. `keep` is a condition on `n`, the number; `encoding` are ffmpeg's words.
 */
export function barCodes(path, { frames = 90, keep = '1', encoding = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-crf', '4'] }) {
  const code = "geq=lum='16+219*mod(floor(N/pow(2,7-floor(X/16))),2)':cb=128:cr=128";
  const filter = `${code},select='${keep}'`;
  ffmpeg('-f', 'lavfi', '-i', `color=black:s=128x96:r=30:d=${frames / 30}`, '-vf', filter, '-vsync', 'vfr', ...encoding, path);
}

/**
 * Runs in the page before anything else of it: notes the number that each frame carries which is given to the network, the red of
 * its corners, and how many frames the media worker says it held at once.
 */
export function noteFrames() {
  window.seenNumbers = [];
  window.seenCorners = [];
  window.aliveAtMost = 0;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, transfer) {
    const request = message?.json && JSON.parse(message.json);
    if (request?.request === 'watch') {
      const pixels = new Uint8Array(message.buffers[0]);
      const row = (request.height >> 1) * request.width;
      let number = 0;
      for (let bar = 0; bar < 8; bar += 1) {
        const column = Math.floor(((bar + 0.5) * request.width) / 8);
        number = number * 2 + (pixels[(row + column) * 4] > 127 ? 1 : 0);
      }
      window.seenNumbers.push(number);
      const corner = (x, y) => pixels[(y * request.width + x) * 4];
      const [right, bottom] = [request.width - 8, request.height - 8];
      window.seenCorners.push([corner(8, 8), corner(right, 8), corner(8, bottom), corner(right, bottom)]);
    }
    return post.call(this, message, transfer);
  };
  const onmessage = Object.getOwnPropertyDescriptor(Worker.prototype, 'onmessage');
  Object.defineProperty(Worker.prototype, 'onmessage', {
    ...onmessage,
    set(listener) {
      this.addEventListener('message', ({ data }) => {
        const reply = data?.json && JSON.parse(data.json);
        if (reply?.reply === 'frame') window.aliveAtMost = Math.max(window.aliveAtMost, reply.alive);
      });
      onmessage.set.call(this, listener);
    },
  });
}

/**
 * Memory of its own of the browser's largest renderer below this process: the JS heaps of page and workers, wasm memories,
 * and more. In megabytes; undefined where there is no /proc.
 */
export const rendererMegabytes = () => processMegabytes('renderer');

/** The same of the process that talks to the GPU: where a program takes the GPU's place, its buffers are in there. */
export const gpuMegabytes = () => processMegabytes('gpu-process');

function processMegabytes(type) {
  if (!existsSync('/proc/self/status')) return undefined;
  const read = (id, file) => {
    try {
      return readFileSync(`/proc/${id}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const parent = (id) => Number(/^PPid:\s+(\d+)/m.exec(read(id, 'status'))?.[1] ?? 0);
  const isOurs = (id) => id > 1 && (id === process.pid || isOurs(parent(id)));
  const processes = readdirSync('/proc').map(Number).filter((id) => id && read(id, 'cmdline').includes(`--type=${type}`) && isOurs(id));
  const kilobytes = processes.map((id) => Number(/^RssAnon:\s+(\d+)/m.exec(read(id, 'status'))?.[1] ?? 0));
  return kilobytes.length > 0 ? Math.max(...kilobytes) / 1024 : undefined;
}
