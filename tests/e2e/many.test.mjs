// Many photos at once: folders, their accuracy, what is left out, and a page that stays quick.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import {
  answered, answers, dropFiles, dropFolder, eventually, longTasks, pickFolder, recordTasks, saved, screenshot, withPage,
} from './lib/browser.mjs';
import { dogPhotos, dogsId, packId, readPack, streetFolder, streetPhotos, vitrine, withoutDogPhotos, withoutModel, withoutStreetPhoto } from './lib/environment.mjs';
import { drawnBoard, drawnStreet, emptyFile, folderOf, greyPng, readPng, textFile, underFolders } from './lib/files.mjs';

const dogs = `?device=cpu&pack=${dogsId}`;
/** The network reads fewer pixels: what is tested here is not its answer. */
const quickDogs = `${dogs}&tile=96`;
const streets = `?device=cpu&tile=257&pack=${packId}`;
const withDrawings = { skip: withoutModel(dogsId) ?? false, timeout: 240_000 };

const allDone = (page) => page.getByTestId('work').waitFor({ state: 'detached', timeout: 200_000 });

/** The rows of a saved table. */
const table = (path) => readFileSync(path, 'utf8').trim().split('\r\n').map((line) => line.split(','));

test('60 photos in folders of breeds are measured as `vitrine eval` measures them', {
  skip: withoutDogPhotos() ?? false,
  timeout: 400_000,
}, async (t) => {
  const photos = dogPhotos(30).flatMap((breed) => breed.slice(0, 2));
  assert.equal(photos.length, 60);
  const folder = folderOf(underFolders(photos));
  const command = vitrine('eval', dogsId, folder, '--device', 'cpu', '--json');
  await withPage({ query: dogs }, async ({ page, problems }) => {
    const start = Date.now();
    await pickFolder(page, folder);
    await page.getByTestId('tab-scores').click();
    await allDone(page);
    t.diagnostic(`60 photos took ${Date.now() - start} ms, the pack's loading included`);
    await eventually(page, () => page.getByTestId('scores-n').innerText(), (text) => text === '60', '60 photos', 10_000);
    await screenshot(page, 'dogs-scores');
    const report = JSON.parse(readFileSync(await saved(page, 'scores-json'), 'utf8'));
    for (const key of ['pack', 'device', 'n', 'top1', 'top5', 'doubtful', 'resolution', 'crops', 'recall', 'classes']) assert.deepEqual(report[key], command[key], key);
    assert.deepEqual(report.confusion, command.confusion);
    const byFile = new Map(command.items.map((item) => [item.file, item]));
    for (const { file, truth, ranked } of report.items) {
      const expected = byFile.get(file);
      assert.deepEqual(truth, expected.truth, file);
      assert.deepEqual(ranked.map(({ name }) => name), expected.ranked.map(({ name }) => name), file);
      ranked.forEach(({ confidence }, index) =>
        assert.ok(Math.abs(confidence - expected.ranked[index].confidence) < 1e-4, `${file}, rank ${index + 1}`));
    }
    const percent = `${(Math.round(command.top1 * 1000) / 10).toFixed(1)}%`;
    assert.equal(await page.getByTestId('top1').innerText(), percent);
    const lines = table(await saved(page, 'scores-csv'));
    assert.equal(lines.length, 61);
    assert.equal(lines.filter((line) => line.at(-1) === '1').length, Math.round(command.top1 * 60));
    const matrix = readPng(await saved(page, 'scores-matrix'));
    assert.ok(matrix.width > 400 && matrix.width === matrix.height, `${matrix.width} x ${matrix.height}`);
    await page.getByTestId('matrix').hover({ position: { x: 4, y: 4 } });
    assert.match(await page.getByTestId('matrix-said').innerText(), /of 2 times/);
    assert.deepEqual(problems, []);
  });
});

test('a dropped folder is walked through, and files that are no photos are listed with the reason', withDrawings, () =>
  withPage({ query: dogs }, async ({ page, problems }) => {
    const good = Object.fromEntries([...Array(8).keys()].map((seed) => [`a/b/board-${seed}.png`, drawnBoard(`b${seed}.png`, 96, 96, seed)]));
    const folder = folderOf({ ...good, 'a/empty.jpg': emptyFile(), 'words.jpg': textFile(), 'a/.hidden/x.png': Buffer.from('x') });
    await dropFolder(page, folder);
    await answers(page, 8);
    await allDone(page);
    await page.getByTestId('tab-left-out').click();
    await eventually(page, () => page.getByTestId('left-out').count(), (count) => count === 2, 'two files are left out');
    const said = await page.getByTestId('left-out').allInnerTexts();
    assert.match(said.find((text) => text.includes('a/empty.jpg')), /empty/i);
    assert.match(said.find((text) => text.includes('words.jpg')), /not an image/i);
    await screenshot(page, 'left-out');
    assert.equal(await page.getByTestId('error').count(), 0, 'no card stands in the way');
    assert.deepEqual(problems, []);
  }));

test('the sheet is sorted, limited to a breed, saved, and opens a photo', withDrawings, () =>
  withPage({ query: dogs }, async ({ page, problems }) => {
    await dropFiles(page, ...[...Array(8).keys()].map((seed) => drawnBoard(`sheet-${seed}.png`, 128, 96, seed)));
    await page.getByTestId('sheet').waitFor();
    const { results } = await answers(page, 8);
    await allDone(page);
    const names = async () => (await page.locator('.cards li').all().then((cards) =>
      Promise.all(cards.map(async (card) => [parseInt(await card.evaluate((it) => it.style.top), 10), (await card.boundingBox()).x, await card.locator('.card-name').innerText()]))))
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, , name]) => name);
    await page.getByTestId('order').selectOption({ index: 3 });
    const expected = [...results].sort((a, b) => a.answer.ranked[0].confidence - b.answer.ranked[0].confidence).map(({ file }) => file);
    await eventually(page, names, (found) => found.join() === expected.join(), `${expected}`);
    const best = results[0].answer.ranked[0];
    await page.getByTestId('filter').selectOption(String(best.class));
    const alike = results.filter(({ answer }) => answer.ranked[0].class === best.class).map(({ file }) => file);
    await eventually(page, names, (found) => found.sort().join() === alike.sort().join(), `${alike}`);
    const lines = table(await saved(page, 'sheet-csv'));
    assert.equal(lines.length, 9);
    assert.deepEqual(lines[0].slice(0, 8), ['file', 'width', 'height', 'resolution', 'crops', 'outside', 'class_1', 'confidence_1']);
    assert.equal(JSON.parse(readFileSync(await saved(page, 'sheet-json'), 'utf8')).results.length, 8);
    await page.getByTestId('filter').selectOption('');
    await page.getByTestId('card-3').click();
    await page.getByTestId('stage').waitFor();
    await page.getByTestId('rank-1').waitFor();
    await page.keyboard.press('g');
    await page.getByTestId('sheet').waitFor();
    assert.deepEqual(problems, []);
  }));

test('work can be paused, taken up again and cancelled', withDrawings, () =>
  withPage({ query: quickDogs }, async ({ page, problems }) => {
    await dropFiles(page, ...[...Array(60).keys()].map((seed) => drawnBoard(`pause-${seed}.png`, 64, 64, seed)));
    const count = () => page.evaluate(() => window.__vitrine?.results.length ?? 0);
    await eventually(page, count, (done) => done > 0, 'the first answer', 60_000);
    await page.getByTestId('pause').click();
    await page.waitForTimeout(600);
    const paused = await count();
    await page.waitForTimeout(800);
    assert.equal(await count(), paused, 'nothing is computed meanwhile');
    assert.ok(paused < 60);
    await page.getByTestId('pause').click();
    await eventually(page, count, (done) => done > paused, 'it goes on', 20_000);
    await page.getByTestId('cancel').click();
    await allDone(page);
    await page.waitForTimeout(600);
    const left = await count();
    assert.ok(left < 60, `${left} answers`);
    await eventually(page, () => page.locator('.sheet-head h1').innerText(), (text) => text.startsWith(`${left} `), `${left} photos`);
    assert.deepEqual(problems, []);
  }));

test('street photos with Cityscapes label ids are measured as `vitrine eval` measures their categories', {
  skip: withoutStreetPhoto() ?? false,
  timeout: 400_000,
}, async () => {
  const chosen = streetPhotos().slice(0, 3);
  const stem = (path) => basename(path).replace(/\.[^.]*$/, '');
  const labels = (path) => join(dirname(streetFolder), 'street/labels8', `${stem(path)}.png`);
  // A label id of each category; void is Cityscapes' 0, unlabelled.
  const idOf = new Map(readPack().classes.map(({ group, label_id }) => [group, label_id]));
  const groups = (path) => readPng(labels(path));
  const files = {};
  const dataset = {};
  for (const photo of chosen) {
    const { width, height, data } = groups(photo);
    const ids = Buffer.alloc(width * height);
    for (let at = 0; at < ids.length; at += 1) ids[at] = idOf.get(data[at * 4]) ?? 0;
    files[`leftImg8bit/${stem(photo)}_leftImg8bit.jpg`] = photo;
    files[`gtFine/${stem(photo)}_gtFine_labelIds.png`] = greyPng(width, height, ids);
    dataset[`images/${basename(photo)}`] = photo;
    dataset[`labels8/${stem(photo)}.png`] = labels(photo);
  }
  const command = vitrine('eval', packId, folderOf(dataset), '--device', 'cpu', '--tile', '257', '--json');
  for (const content of [files, dataset]) {
    await withPage({ query: streets }, async ({ page, problems }) => {
      await pickFolder(page, folderOf(content));
      await answers(page, 3, 200_000);
      if (!(await page.getByTestId('sheet').isVisible())) await page.getByTestId('all-photos').click();
      await page.getByTestId('tab-scores').click();
      await allDone(page);
      await eventually(page, () => page.getByTestId('scores-n').innerText(), (text) => text === '3', 'three photos', 20_000);
      await screenshot(page, 'street-scores');
      const report = JSON.parse(readFileSync(await saved(page, 'scores-json'), 'utf8'));
      for (const key of ['pack', 'device', 'n', 'categories']) assert.deepEqual(report[key], command[key], key);
      for (const key of ['pixel_accuracy', 'miou']) assert.ok(Math.abs(report[key] - command[key]) < 1e-4, key);
      for (const [name, iou] of Object.entries(command.iou)) assert.ok(Math.abs((report.iou[name] ?? 0) - (iou ?? 0)) < 1e-3, name);
      const pixels = (confusion) => confusion.flat().reduce((sum, count) => sum + count, 0);
      assert.equal(pixels(report.confusion), pixels(command.confusion), 'pixels that count');
      assert.deepEqual(problems, []);
    });
  }
});

test('1,000 photos do not keep the main thread over 50 ms', { ...withDrawings, timeout: 600_000 }, async (t) => {
  // A machine that is shared lengthens a task now and then; a task of ours would be long in every run.
  let tasks;
  for (let run = 1; run <= 3 && tasks?.length !== 0; run += 1) {
    await withPage({ query: quickDogs }, async ({ page, problems }) => {
      const boards = [...Array(20).keys()].map((seed) => drawnBoard(`many-${seed}.png`, 48, 48, seed));
      const start = Date.now();
      await eventually(page, () => page.getByTestId('status').innerText(), (text) => /ready/i.test(text), 'ready', 60_000);
      await recordTasks(page);
      for (let batch = 0; batch < 50; batch += 1) await dropFiles(page, ...boards);
      await page.getByTestId('sheet-frame').evaluate((frame) => {
        let down = true;
        window.scrolling = setInterval(() => {
          frame.scrollTop += down ? 120 : -120;
          if (frame.scrollTop <= 0 || frame.scrollTop >= frame.scrollHeight - frame.clientHeight - 1) down = !down;
        }, 120);
      });
      await answered(page, 1000, 300_000);
      tasks = await longTasks(page);
      await page.evaluate(() => clearInterval(window.scrolling));
      const cards = await page.locator('.cards li').count();
      assert.ok(cards < 120, `${cards} cards have elements`);
      t.diagnostic(`run ${run}: 1,000 photos in ${Date.now() - start} ms; tasks over 50 ms: ${JSON.stringify(tasks)}`);
      if (run === 1) await screenshot(page, 'many');
      assert.deepEqual(problems, []);
    });
  }
  const worst = Math.max(0, ...tasks.map(({ millis }) => millis));
  assert.equal(worst, 0, `the longest task computed for ${worst} ms`);
});

test('on a phone the sheet fits', withDrawings, () =>
  withPage({ query: dogs, context: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } }, async ({ page }) => {
    await dropFiles(page, ...[...Array(9).keys()].map((seed) => drawnBoard(`phone-${seed}.png`, 128, 96, seed)));
    await answers(page, 9);
    await screenshot(page, 'phone-sheet');
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
    await page.getByTestId('card-1').click();
    await page.getByTestId('rank-1').waitFor();
    await screenshot(page, 'phone-dog');
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  }));

test('several street photos show their largest categories on the sheet', {
  skip: withoutModel() ?? false,
  timeout: 180_000,
}, () =>
  withPage({ query: `?device=cpu&tile=129&pack=${packId}` }, async ({ page }) => {
    await dropFiles(page, ...[...Array(6).keys()].map((index) => drawnStreet(`street-${index}.png`, 320 + index * 16, 200)));
    const { results } = await answers(page, 6);
    const [largest] = results[0].answer.categories;
    const card = page.getByTestId('card-1');
    await eventually(page, () => card.innerText(), (text) => text.toLowerCase().includes(largest.name), largest.name);
  }));

test('the name of a file stays a name', withDrawings, () =>
  withPage({ query: quickDogs }, async ({ page, problems }) => {
    const name = '<img src=x onerror=window.tricked=1>&amp;.png';
    const boards = [...Array(6).keys()].map((seed) => drawnBoard(seed === 0 ? name : `plain-${seed}.png`, 48, 48, seed));
    await dropFiles(page, ...boards);
    await answers(page, 6);
    await eventually(page, () => page.getByTestId('card-1').locator('.card-name').innerText(), (text) => text === name, name);
    assert.equal(await page.evaluate(() => window.tricked), undefined);
    assert.deepEqual(problems, []);
  }));
