// Chromium's fake camera, and the clips that it shows.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shared } from './environment.mjs';

const folder = mkdtempSync(join(tmpdir(), 'vitrine-camera-'));

/** Why a test that needs a moving picture cannot run; undefined when it can. */
export function withoutFfmpeg() {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'ffmpeg is not installed';
  }
}

/** Why a test that needs a real clip cannot run; undefined when it can. */
export const withoutRealClip = () => withoutFfmpeg() ?? (existsSync(realClip) ? undefined : 'there are no clips in ../shared');

const realClip = join(shared, 'data/clips/intel_car-detection.mp4');

function ffmpeg(name, ...words) {
  const file = join(folder, name);
  execFileSync('ffmpeg', ['-y', '-v', 'error', ...words, file]);
  return file;
}

/** Five seconds of a street, as Chromium's fake camera plays them over and over. */
export const realCamera = () =>
  ffmpeg('street.mjpeg', '-t', '5', '-i', realClip, '-vf', 'scale=640:360,fps=30', '-q:v', '4', '-pix_fmt', 'yuvj420p');

/** A drawn board on which a clock runs. */
export const drawnCamera = () =>
  ffmpeg('drawn.mjpeg', '-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=30:duration=4', '-q:v', '4', '-pix_fmt', 'yuvj420p');

/** The same as a video of three seconds at 25 frames a second. */
export const drawnVideo = (name = 'drawn.webm') =>
  ffmpeg(name, '-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25:duration=3', '-c:v', 'libvpx', '-b:v', '400k');

/** The first half of it, with its beginning torn off. */
export function brokenVideo() {
  const bytes = readFileSync(drawnVideo());
  const file = join(folder, 'broken.webm');
  writeFileSync(file, bytes.subarray(200, bytes.length >> 1));
  return file;
}

/** How much the frames of two videos differ, on the mean over their grey pixels (0..255), `rate` frames a second. */
export function differences(first, second, rate) {
  const grey = (file) => execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-vf', `fps=${rate}:round=up,scale=64:36`, '-pix_fmt', 'gray', '-f', 'rawvideo', '-'], { maxBuffer: 1 << 26 });
  const [a, b] = [grey(first), grey(second)];
  const size = 64 * 36;
  return Array.from({ length: Math.min(a.length, b.length) / size }, (_, frame) => {
    let sum = 0;
    for (let at = frame * size; at < (frame + 1) * size; at += 1) sum += Math.abs(a[at] - b[at]);
    return Math.round(sum / size);
  });
}

/** Flags for a camera that shows a file; nobody is asked. Without a file there is no camera. */
export const cameraFlags = (file) => [
  '--disable-features=WebGPU',
  '--use-fake-ui-for-media-stream',
  ...(file ? ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${file}`] : []),
];

/** What ffprobe says of a video: its frames' times in seconds, its duration, size and codec. */
export function probed(file) {
  const words = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'format=duration:stream=codec_name,width,height:frame=pts_time', '-of', 'json', file];
  const { frames, streams, format } = JSON.parse(execFileSync('ffprobe', words, { encoding: 'utf8', maxBuffer: 1 << 26 }));
  return { times: frames.map(({ pts_time: time }) => Number(time)), duration: Number(format.duration), ...streams[0] };
}

/** Memory of the browser's processes that show pages, in megabytes: scripts, WebAssembly and pixels. Linux only. */
export function rendererMegabytes(browserPid) {
  const children = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
      children.set(parent, [...(children.get(parent) ?? []), pid]);
    } catch { /* it has ended */ }
  }
  const below = (pid) => [pid, ...(children.get(String(pid)) ?? []).flatMap(below)];
  let kilobytes = 0;
  for (const pid of below(browserPid)) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) continue;
      kilobytes += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch { /* it has ended */ }
  }
  return kilobytes / 1024;
}
