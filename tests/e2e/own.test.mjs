// Models that a person brings: dropped, set up by clicks, kept, saved, and refused where they are bad.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, saved, screenshot, withPage } from './lib/browser.mjs';
import { dist, vitrine } from './lib/environment.mjs';
import { drawnBoard, drawnStreet, file, folderOf, twoColours } from './lib/files.mjs';
import { modelFile } from './lib/golden.mjs';
import { colourSegmenter, meanColourClassifier, model, node } from './lib/onnx.mjs';
import { entry, names, zip } from './lib/zip.mjs';

const query = '?device=cpu';
const skip = existsSync(join(dist, 'index.html')) ? false : 'there is no dist folder: run `cargo xtask build`';
const without = (id, name) => skip || (existsSync(modelFile(id, name)) ? false : `the reference model ${id} is absent`);

const form = (page) => page.getByTestId('own-form');
const state = (page) => form(page).getAttribute('data-state');
const status = (page) => page.getByTestId('own-status').innerText();

/** Waits until the form is in one of these states. */
async function until(page, ...states) {
  await form(page).waitFor();
  await eventually(page, () => state(page), (it) => states.includes(it), `the form is ${states.join(' or ')}`, 60_000);
}

/** Waits until the answers that were just changed were tried. */
async function tried(page) {
  await page.waitForTimeout(600);
  await until(page, 'works', 'trouble');
}

/** The newest answer, once the pack of the form has given it. */
async function answer(page) {
  await page.waitForTimeout(300);
  await eventually(page, () => page.evaluate(() => window.__vitrine?.results?.length ?? 0), (n) => n > 0, 'an answer', 60_000);
  return (await answers(page)).results.at(-1).answer;
}

/** Waits until the newest answer holds. */
const answerHolds = (page, holds, what) =>
  eventually(page, () => page.evaluate(() => JSON.stringify(window.__vitrine?.results?.at(-1)?.answer ?? null)), (it) => holds(JSON.parse(it)), what, 60_000);

/** The zip's pack as a folder, for the native command. */
function unpacked(path) {
  const archive = readFileSync(path);
  const all = names(archive);
  assert.ok(all.every((name) => /^packs\/[a-z0-9-]+\/[\w.-]+$/.test(name)), `ready to host: ${all}`);
  const folder = folderOf(Object.fromEntries(all.map((name) => [name, entry(archive, name)])));
  return join(folder, dirname(all.find((name) => name.endsWith('pack.json'))));
}

/** What the native command says with a folder's pack. */
const native = (folder, photo) => vitrine('run', folder, photo, '--device', 'cpu', '--json').results[0].answer;

const close = (a, b, tolerance, what) => assert.ok(Math.abs(a - b) <= tolerance, `${what}: ${a}, expected ${b}`);

/** A fresh profile opens the zip, and its photo gets the same answer. */
async function worksElsewhere(path, photo, holds) {
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, photo);
    await dropFiles(page, path);
    await until(page, 'works');
    await answerHolds(page, holds, 'the zip gives the same answer in a fresh profile');
    assert.deepEqual(problems, []);
  });
}

test('a classifier is set up by clicks, gives the counted answer, survives a reload and travels as a zip', { skip, timeout: 240_000 }, async () => {
  // Scores are ten times red, green and blue of 0..1: of a photo half red and half green they are 5, 5, 0 and 0.
  const weights = [[10, 0, 0], [0, 10, 0], [0, 0, 10], [0, 0, 0]];
  const path = file('my_colours.onnx', meanColourClassifier(weights));
  const photo = twoColours('two.png', [255, 0, 0], [0, 255, 0]);
  const share = Math.exp(5) / (2 * Math.exp(5) + 2);
  const holds = (it) => it?.task === 'classify' && it.ranked[0].name === 'reds' && Math.abs(it.ranked[1].confidence - share) < 1e-3;
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, photo);
    await dropFiles(page, path);
    await until(page, 'works');
    assert.match(await page.getByTestId('own-sentence').innerText(), /classifier.*4 classes/);
    await page.getByTestId('own-labels').fill('reds\ngreens\nblues\nnone');
    await page.getByTestId('own-preset').selectOption({ label: 'TFLite, Keras (0..1)' });
    await page.getByTestId('own-resize-squash').check();
    await tried(page);
    await answerHolds(page, holds, 'the counted probabilities');
    await screenshot(page, 'own-classifier');
    // Scores that are taken for probabilities are divided by their sum: 5, 5, 0 and 0 of 10.
    await page.getByTestId('own-probabilities').check();
    await tried(page);
    await answerHolds(page, (it) => Math.abs(it.ranked[0].confidence - 0.5) < 1e-4, 'decoded as probabilities');
    await page.getByTestId('own-logits').check();
    await page.getByTestId('own-title').fill('My colours');
    await tried(page);
    const zipped = await saved(page, 'own-zip');
    const answered = native(unpacked(zipped), photo);
    assert.equal(answered.ranked[0].name, 'reds');
    close(answered.ranked[1].confidence, share, 1e-3, 'the native command');
    await page.getByTestId('own-keep').click();
    await until(page, 'kept');
    await page.getByTestId('own-done').click();
    await page.reload();
    await eventually(page, () => page.getByTestId('pack-card').innerText(), (it) => /My colours/.test(it), 'it opens again', 30_000);
    await dropFiles(page, photo);
    await answerHolds(page, holds, 'the same answer after a reload');
    await manage(page);
    await worksElsewhere(zipped, photo, holds);
    assert.deepEqual(problems, []);
  });
});

/** Renames and deletes the kept model. */
async function manage(page) {
  await page.getByTestId('pack-card').click();
  await page.getByTestId('own-manage-my-colours').click();
  await screenshot(page, 'own-shelf');
  await page.getByTestId('own-rename-my-colours').fill('Colours of mine');
  await page.getByTestId('own-rename-my-colours').blur();
  await eventually(page, () => page.getByTestId('pack-card').innerText(), (it) => /Colours of mine/.test(it), 'renamed', 20_000);
  await page.getByTestId('own-delete-my-colours').click();
  await page.getByTestId('own-delete-my-colours').click();
  await eventually(page, () => page.getByTestId('own-pack-my-colours').count(), (count) => count === 0, 'deleted');
}

test('a segmenter is set up by clicks and its areas are the counted ones', { skip, timeout: 180_000 }, async () => {
  const path = file('halves.onnx', colourSegmenter([[1, 0, -1], [-1, 0, 1]]));
  const photo = twoColours('halves.png', [250, 10, 10], [10, 10, 250]);
  const holds = (it) =>
    it?.task === 'segment' && it.categories.length === 2 && it.categories.every(({ name, share }) => /^(red|blue)$/.test(name) && Math.abs(share - 0.5) < 0.02);
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, photo);
    await dropFiles(page, path);
    await until(page, 'works');
    assert.match(await page.getByTestId('own-sentence').innerText(), /segmenter.*2 classes/);
    await page.getByTestId('own-labels-file').setInputFiles(file('labels.txt', '0: red #c02030\n1: blue\n'));
    await tried(page);
    await answerHolds(page, holds, 'half of it red, half of it blue');
    await screenshot(page, 'own-segmenter');
    const zipped = await saved(page, 'own-zip');
    const folder = unpacked(zipped);
    assert.ok(holds(native(folder, photo)), 'the native command');
    assert.equal(JSON.parse(readFileSync(join(folder, 'pack.json'), 'utf8')).groups[0].colour, '#c02030', 'the colour behind its label');
    await worksElsewhere(zipped, photo, holds);
    assert.deepEqual(problems, []);
  });
});

test('a TFLite file needs no answer: it says how pixels are read, and gives what the command gives', { skip: without('indoor-mosaic', 'original.tflite'), timeout: 240_000 }, async () => {
  const photo = drawnStreet();
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, photo);
    await dropFiles(page, modelFile('indoor-mosaic', 'original.tflite'));
    await until(page, 'works');
    assert.ok(await page.getByTestId('own-known').isVisible());
    const labels = readFileSync(modelFile('indoor-mosaic', 'labels.txt'), 'utf8');
    await page.getByTestId('own-labels').fill(labels);
    await tried(page);
    const zipped = await saved(page, 'own-zip');
    const expected = native(unpacked(zipped), photo);
    const shareOf = (it, name) => it.categories.find((found) => found.name === name)?.share ?? 0;
    const holds = (it) =>
      it?.task === 'segment' && expected.categories.every(({ name, share }) => Math.abs(shareOf(it, name) - share) < 0.01);
    await answerHolds(page, holds, "the command's areas");
    await page.getByTestId('own-keep').click();
    await until(page, 'kept');
    await page.reload();
    await eventually(page, () => page.getByTestId('pack-card').innerText(), (it) => /original/.test(it), 'it opens again', 30_000);
    await dropFiles(page, photo);
    await answerHolds(page, holds, 'the same areas after a reload');
    await worksElsewhere(zipped, photo, holds);
    assert.deepEqual(problems, []);
  });
});

test('an ONNX classifier of 1,001 classes gives what the command gives, and shows where it looked', { skip: without('dogs-mobilenetv2', 'model.onnx'), timeout: 240_000 }, async () => {
  const photo = drawnBoard('board-224.png', 224, 224);
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, photo);
    await dropFiles(page, modelFile('dogs-mobilenetv2', 'model.onnx'));
    await until(page, 'works');
    await page.getByTestId('own-preset').selectOption({ label: 'Keras, TFLite (-1..1)' });
    await tried(page);
    const zipped = await saved(page, 'own-zip');
    const expected = native(unpacked(zipped), photo);
    await answerHolds(page, (it) => it?.ranked?.[0]?.name === expected.ranked[0].name && Math.abs(it.ranked[0].confidence - expected.ranked[0].confidence) < 1e-3, 'the best class');
    assert.ok((await answer(page)).activation, 'heat');
    assert.deepEqual(problems, []);
  });
});

const goodPack = () => {
  const bytes = meanColourClassifier([[1, 0, 0], [0, 1, 0]]);
  return { bytes, path: file('good.onnx', bytes) };
};

/** Bad things to drop, and what the one line has to say. The good model's file is written anew by some: the page has its own. */
const bad = {
  'a pack.json that lacks a field': [() => [goodPack().path, file('pack.json', '{"schema": 1, "id": "x"}')], /missing field `task`/],
  'a pack.json with a wrong type': [() => [goodPack().path, file('pack.json', '{"schema": "one"}')], /line 1.*invalid type/],
  'a pack.json without its model': [() => [file('pack.json', '{}')], /without its model.*drop/],
  'a corrupt model': [() => [file('broken.onnx', Buffer.from([8, 7, 0x3a, 0xff, 0xff, 0xff]))], /corrupt|neither.*: export or download/],
  'words under the name of a model': [() => [file('words.tflite', 'a shopping list')], /neither a TFLite nor an ONNX.*: export or download/],
  'an empty model': [() => [file('empty.onnx', '')], /0 bytes.*again/],
  'an operator that is not known': [
    () => [file('odd.onnx', model([node('Relu', ['x'], ['a']), node('Frobnicate', ['a'], ['y'])], [['x', [1, 3, 8, 8]]], [['y', [1, 4]]]))],
    /Frobnicate \(node 1, "y"\).*Export it without/,
  ],
  'a model that reads no picture': [
    () => [file('vector.onnx', model([node('Relu', ['x'], ['y'])], [['x', [1, 16]]], [['y', [1, 16]]]))],
    /input "x" is \[1, 16\].*bring/,
  ],
  'a zip with a path that leads out': [() => [file('escape.zip', zip({ '../pack.json': '{}', 'a.onnx': 'x' }))], /\.\.\/pack\.json.*leads out.*zip/],
  'a zip bomb': [() => [file('bomb.zip', zip({ 'a.onnx': Buffer.alloc(64 << 20) }))], /a\.onnx.*grows more than 100 times/],
  'a zip without a model': [() => [file('none.zip', zip({ 'pack.json': '{}' }))], /no model.*put/],
  'a zip that breaks off': [() => [file('half.zip', zip({ 'a.onnx': 'abc' }).subarray(0, 40))], /cannot be read.*again/],
};

test('bad models and packs get one line each, and the page goes on', { skip, timeout: 300_000 }, async (context) => {
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    const photo = twoColours('go-on.png', [255, 0, 0], [0, 255, 0]);
    await dropFiles(page, photo);
    await dropFiles(page, goodPack().path);
    await until(page, 'works');
    await page.getByTestId('own-keep').click();
    await until(page, 'kept');
    for (const [name, [make, words]] of Object.entries(bad)) {
      await context.test(name, async () => {
        await dropFiles(page, ...make());
        // The line of the file before is on show until this one has been read.
        await eventually(page, () => status(page), (it) => words.test(it), `${words}`, 30_000);
        const line = await status(page);
        assert.ok(!line.includes('\n'), `one line: ${line}`);
      });
    }
    await screenshot(page, 'own-bad');
    await page.getByTestId('own-close').click();
    assert.match(await page.getByTestId('pack-card').innerText(), /good/, 'the model before is still in use');
    await dropFiles(page, twoColours('after.png', [0, 255, 0], [0, 255, 0]));
    const files = () => page.evaluate(() => window.__vitrine.results.map(({ file }) => file).join());
    await eventually(page, files, (it) => it.includes('after.png'), 'it answers', 60_000);
    assert.deepEqual(problems, []);
  });
});

test('labels that do not match are counted, and a large file is warned of', { skip, timeout: 180_000 }, async () => {
  const padded = meanColourClassifier([[1, 0, 0], [0, 1, 0]]);
  // A field that no reader knows, 26 MB long.
  const large = Buffer.concat([padded, Buffer.from([0xfa, 0x3f, 0x80, 0x80, 0x80, 0x0d]), Buffer.alloc(13 << 21)]);
  await withPage({ query, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, file('large.onnx', large));
    await until(page, 'works');
    assert.match(await page.getByTestId('own-large').innerText(), /25 MB/);
    await page.getByTestId('own-labels').fill('a\nb\nc\nd');
    await tried(page);
    assert.match(await status(page), /`classes` has 4 labels.*2 scores.*give one label/);
    await page.getByTestId('own-labels').fill('a\nb');
    await tried(page);
    assert.equal(await state(page), 'works');
    assert.deepEqual(problems, []);
  });
});

test('the form is fit for a phone, for the dark and for French', { skip, timeout: 120_000 }, async () => {
  const context = { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'fr-FR' };
  await withPage({ query, context, anyPack: true }, async ({ page, problems }) => {
    await dropFiles(page, twoColours('phone.png', [255, 0, 0], [0, 255, 0]));
    await dropFiles(page, file('mes_couleurs.onnx', meanColourClassifier([[1, 0, 0], [0, 1, 0]])));
    await until(page, 'works');
    await answer(page);
    await screenshot(page, 'own-phone-dark');
    const [width, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(width <= shown, `nothing sticks out: ${width} of ${shown}`);
    assert.match(await page.getByTestId('own-sentence').innerText(), /classifieur/);
    assert.deepEqual(problems, []);
  });
});
