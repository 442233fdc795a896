// Networks of well-known families without packs, made by tests/own/make.py, set up through the form: their answers are those of
// ONNX Runtime. And where a kept model is seen: in the gallery, beside others, and in a browser that has no room for it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, saved, screenshot, withPage } from './lib/browser.mjs';
import { dist, root } from './lib/environment.mjs';
import { file } from './lib/files.mjs';
import { meanColourClassifier } from './lib/onnx.mjs';

const query = '?device=cpu';
const skip = existsSync(join(dist, 'index.html')) ? false : 'there is no dist folder: run `cargo xtask build`';
const made = (name) => join(root, 'tests/own', name);
const expected = JSON.parse(readFileSync(made('answers.json'), 'utf8'));
const photo = made('photo.png');

const form = (page) => page.getByTestId('own-form');

/** Waits until the form is in this state. */
async function until(page, state) {
  await form(page).waitFor();
  await eventually(page, () => form(page).getAttribute('data-state'), (it) => it === state, `the form is ${state}`, 60_000);
}

/** Waits until the form works, and has tried its first answers once more as it does a moment after they are shown. */
async function settled(page) {
  await until(page, 'works');
  await page.waitForTimeout(1000);
  await until(page, 'works');
}

/** Waits until the newest answer holds. */
const answerHolds = (page, holds, what) =>
  eventually(page, () => page.evaluate(() => JSON.stringify(window.__vitrine?.results?.at(-1)?.answer ?? null)), (it) => holds(JSON.parse(it)), what, 60_000);

const near = (a, b, limit) => Math.abs(a - b) <= limit;

/** Whether the ranked classes have the expected probabilities; a class's number is in its name or its place in `names`. */
const hasProbabilities = (answer, list, names) =>
  answer?.task === 'classify' && answer.ranked.every(({ name, confidence }) => near(confidence, list[names.indexOf(name)], 2e-3));

const open = (visit, context = {}) => withPage({ query, context, anyPack: true }, visit);

/** Keeps the model, and sees its answer again after a reload. */
async function survives(page, holds) {
  await settled(page);
  await page.getByTestId('own-keep').click();
  await until(page, 'kept');
  await page.getByTestId('own-done').click();
  await page.reload();
  await dropFiles(page, photo);
  await answerHolds(page, holds, 'the same answer after a reload');
}

/** A fresh profile gives the same answer with the zip alone. */
const travels = (zip, holds) =>
  open(async ({ page, problems }) => {
    await dropFiles(page, photo);
    await dropFiles(page, zip);
    await until(page, 'works');
    await answerHolds(page, holds, 'the same answer in a fresh profile');
    assert.deepEqual(problems, []);
  });

test('a classifier like torchvision\'s gives ONNX Runtime\'s probabilities, survives a reload and travels', { skip, timeout: 240_000 }, () =>
  open(async ({ page, problems }) => {
    const names = ['ants', 'bees', 'cats', 'dogs', 'eels', 'foxes'];
    const holds = (answer) => hasProbabilities(answer, expected.classifier.probabilities, names);
    await dropFiles(page, photo);
    await dropFiles(page, made('classifier.onnx'));
    await until(page, 'works');
    await page.getByTestId('own-labels').fill(names.join('\n'));
    await answerHolds(page, holds, 'the probabilities of Resize(256), CenterCrop(224), Normalize');
    await until(page, 'works');
    const zip = await saved(page, 'own-zip');
    await survives(page, holds);
    await travels(zip, holds);
    assert.deepEqual(problems, []);
  }));

test('a segmenter gives ONNX Runtime\'s areas, survives a reload and travels', { skip, timeout: 240_000 }, () =>
  open(async ({ page, problems }) => {
    const holds = (answer) =>
      answer?.task === 'segment' &&
      expected.segmenter.shares.every((share, id) => near(answer.categories.find((it) => it.id === id)?.share ?? 0, share, 0.005));
    await dropFiles(page, photo);
    await dropFiles(page, made('segmenter.onnx'));
    await until(page, 'works');
    await answerHolds(page, holds, 'the areas');
    const zip = await saved(page, 'own-zip');
    await survives(page, holds);
    await travels(zip, holds);
    assert.deepEqual(problems, []);
  }));

test('labels that do not exclude each other, of a grey picture, have ONNX Runtime\'s probabilities', { skip, timeout: 180_000 }, () =>
  open(async ({ page, problems }) => {
    const names = ['bright', 'blue', 'round', 'flat'];
    await dropFiles(page, photo);
    await dropFiles(page, made('labels-grey.onnx'));
    await until(page, 'works');
    await page.getByTestId('own-labels').fill(names.join('\n'));
    await page.getByTestId('own-preset').selectOption({ label: 'TFLite, Keras (0..1)' });
    await page.getByTestId('own-resize-squash').check();
    await answerHolds(page, (answer) => hasProbabilities(answer, expected['labels-grey'].probabilities, names), 'a probability for each label');
    assert.equal(await page.getByTestId('own-logits').count(), 0, 'the file says itself that a sigmoid follows');
    await screenshot(page, 'own-labels-grey');
    assert.deepEqual(problems, []);
  }));

for (const family of ['yolov5', 'yolov8']) {
  test(`a detector like ${family} finds the boxes that torchvision's suppression leaves`, { skip, timeout: 180_000 }, () =>
    open(async ({ page, problems }) => {
      const { objects } = expected[family];
      const found = (answer, { box: [left, top, right, bottom], class: id, confidence }) =>
        answer.objects.some((it) =>
          it.class === id && near(it.confidence, confidence, 0.01) && near(it.left, left, 0.2) && near(it.top, top, 0.2) &&
          near(it.left + it.width, right, 0.2) && near(it.top + it.height, bottom, 0.2));
      await dropFiles(page, photo);
      await dropFiles(page, made(`${family}.onnx`));
      await until(page, 'works');
      assert.match(await page.getByTestId('own-sentence').innerText(), /detector.*3 kinds/);
      await answerHolds(page, (it) => it?.objects?.length === objects.length && objects.every((object) => found(it, object)), 'the boxes');
      await screenshot(page, `own-${family}`);
      // As corners, the same numbers are other boxes: shown at once.
      await page.getByTestId('own-corners').check();
      await answerHolds(page, (it) => it?.task === 'detect' && !objects.every((object) => found(it, object)), 'other boxes');
      await page.getByTestId('own-middle').check();
      await answerHolds(page, (it) => objects.every((object) => found(it, object)), 'the boxes again');
      assert.deepEqual(problems, []);
    }));
}

test('a browser without room says so, and what can be done', { skip, timeout: 120_000 }, () =>
  open(async ({ page, server, problems }) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: server.address.slice(0, -1), quotaSize: 4096 });
    await dropFiles(page, file('large.onnx', Buffer.concat([meanColourClassifier([[1, 0, 0], [0, 1, 0]]), Buffer.from([0xfa, 0x3f, 0x80, 0x80, 0x40]), Buffer.alloc(1 << 20)])));
    await until(page, 'works');
    await settled(page);
    await page.getByTestId('own-keep').click();
    await until(page, 'trouble');
    assert.match(await page.getByTestId('own-status').innerText(), /storage is full: delete one of your models, or save this one as a zip/);
    await screenshot(page, 'own-full');
    assert.deepEqual(problems, []);
  }));

test('a kept model has a card in the gallery and answers beside another', { skip, timeout: 240_000 }, () =>
  open(async ({ page, problems }) => {
    await dropFiles(page, photo);
    for (const name of ['classifier', 'yolov8']) {
      await dropFiles(page, made(`${name}.onnx`));
      await settled(page);
      await page.getByTestId('own-keep').click();
      await until(page, 'kept');
      await page.getByTestId('own-done').click();
    }
    await answers(page);
    await page.getByTestId('pack-card').click();
    await page.getByTestId('open-gallery').click();
    for (const id of ['classifier', 'yolov8']) {
      await page.getByTestId(`card-${id}`).waitFor();
      await page.getByTestId(`tick-${id}`).check();
    }
    await screenshot(page, 'gallery-own');
    await page.getByTestId('compare-packs').click();
    for (const id of ['classifier', 'yolov8']) {
      const column = page.getByTestId(`column-${id}`);
      await eventually(page, () => column.innerText(), (it) => /\(CPU\)/.test(it), `${id} answers`, 30_000);
    }
    await screenshot(page, 'gallery-own-compared');
    await page.getByTestId('compare-again').click();
    await page.getByTestId('measure-classifier').click();
    await eventually(page, () => page.getByTestId('speed-classifier').innerText(), (it) => /\d.*s \(CPU\)/.test(it), 'its time here', 60_000);
    await page.getByTestId('use-classifier').click();
    await eventually(page, () => page.getByTestId('pack-card').innerText(), (it) => /classifier/.test(it), 'it is in use', 30_000);
    await answerHolds(page, (it) => it?.task === 'classify', 'it answers');
    assert.deepEqual(problems, []);
  }));
