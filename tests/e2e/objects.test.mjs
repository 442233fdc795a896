// What is where: boxes as the command finds them, thresholds that act at once, lists, files, accuracy, a cascade.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, pickFolder, saved, screenshot, withPage } from './lib/browser.mjs';
import { cocoImages, cocoPhotos, readPack, vitrine, withoutModel } from './lib/environment.mjs';
import { drawnBoard, folderOf, readPng } from './lib/files.mjs';

const id = 'detect-picodet-s';
const cascade = 'dogs-found';
const query = `?device=cpu&pack=${id}`;
const missing = withoutModel(id) ?? (cocoPhotos().length > 0 ? undefined : 'there are no photos of COCO in ../shared');
const withPhotos = { skip: missing ?? false, timeout: 180_000 };
const withDrawings = { skip: withoutModel(id) ?? false, timeout: 120_000 };
const withDogs = { skip: missing ?? withoutModel(cascade) ?? withoutModel('dogs-mobilenet-edgetpu') ?? false, timeout: 180_000 };

/** Photos that show objects of the class, most of them first. */
const showing = (name, count) => cocoPhotos(name).slice(0, count);

/** The objects that the panel lists, in its order. */
const listed = (page) =>
  page.getByTestId('object-list').locator('button').evaluateAll((buttons) =>
    buttons.filter((button) => button.checkVisibility()).map((button) => ({
      class: Number(button.dataset.class),
      box: button.dataset.box.split(' ').map(Number),
      confidence: parseFloat(button.querySelector('.object-percent').textContent) / 100,
    })));

function assertSameObjects(found, objects, what) {
  assert.deepEqual(found.map(({ class: id }) => id), objects.map(({ class: id }) => id), what);
  objects.forEach(({ left, top, width, height, confidence }, index) => {
    const sides = [left, top, left + width, top + height];
    sides.forEach((side, place) => {
      const difference = Math.abs(found[index].box[place] - side);
      assert.ok(difference < 0.01, `${what}: side ${place} of object ${index + 1} differs by ${difference}`);
    });
    assert.ok(Math.abs(found[index].confidence - confidence) < 6e-4, `${what}: confidence of object ${index + 1}`);
  });
}

/** How many pixels of the canvas over the photo are painted. */
const painted = (page) =>
  page.getByTestId('boxes-canvas').evaluate((canvas) => {
    if (canvas.width * canvas.height === 0) return 0;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 0) count += 1;
    return count;
  });

test('the page finds the same objects as `vitrine run`', withPhotos, () =>
  withPage({ query }, async ({ page, problems }) => {
    const photos = [...showing('dog', 1), ...showing('bowl', 1)];
    const command = vitrine('run', id, ...photos, '--device', 'cpu', '--json').results;
    for (const [index, photo] of photos.entries()) {
      await dropFiles(page, photo);
      const published = await answers(page, index + 1);
      const { answer } = published.results[index];
      assert.equal(answer.task, 'detect');
      assert.equal(answer.objects.length, command[index].answer.objects.length);
      const { objects } = command[index].answer;
      await eventually(page, () => page.getByTestId('object-list').locator('button').count(), (count) => count === objects.length, 'listed');
      assertSameObjects(await listed(page), objects, basename(photo));
    }
    await eventually(page, () => painted(page), (count) => count > 500, 'boxes are drawn');
    await screenshot(page, 'objects');
    assert.deepEqual(problems, []);
  }));

test('thresholds act on the last answer without a new run', withPhotos, () =>
  withPage({ query }, async ({ page }) => {
    await dropFiles(page, showing('bowl', 1)[0]);
    const { objects } = (await answers(page)).results[0].answer;
    const count = () => page.getByTestId('object-list').locator('button').count();
    await eventually(page, count, (count) => count === objects.length, 'those of the pack');
    const answer = await page.evaluateHandle(() => window.__vitrine.results[0]);
    await page.getByTestId('min-confidence').fill('0.6');
    // Suppression keeps the most confident, so these are those of the pack's own answer.
    const sure = objects.filter(({ confidence }) => confidence >= 0.6);
    await eventually(page, count, (count) => count === sure.length, 'the sure ones');
    assertSameObjects(await listed(page), sure, 'from 60 %');
    await page.getByTestId('min-confidence').fill('0.25');
    await eventually(page, count, (count) => count > objects.length, 'more of them');
    const many = await count();
    await page.getByTestId('max-iou').fill('0.3');
    await eventually(page, count, (count) => count < many, 'fewer may overlap');
    const fewer = await listed(page);
    await page.getByTestId('rivals-all').click();
    await eventually(page, count, (count) => count < fewer.length, 'boxes of other classes compete too');
    await page.getByTestId('rivals-soft').click();
    const boxes = new Map(fewer.map(({ box, confidence }) => [box.join(), confidence]));
    const lowered = async () => (await listed(page)).filter(({ box, confidence }) => boxes.get(box.join()) > confidence).length;
    await eventually(page, lowered, (count) => count > 0, 'soft suppression lowers the confidence of what overlaps');
    await page.getByTestId('tuning-reset').click();
    await eventually(page, count, (count) => count === objects.length, 'those of the pack again');
    assertSameObjects(await listed(page), objects, 'as before');
    assert.ok(await page.evaluate((before) => before === window.__vitrine.results[0], answer), 'nothing was computed again');
  }));

test('classes can be hidden, and pointing at an object makes its box stand out', withPhotos, () =>
  withPage({ query }, async ({ page }) => {
    await dropFiles(page, showing('dog', 1)[0]);
    const { objects } = (await answers(page)).results[0].answer;
    await eventually(page, () => painted(page), (count) => count > 500, 'boxes are drawn');
    const all = await painted(page);
    const classes = new Set(objects.map(({ class: id }) => id));
    assert.equal(await page.getByTestId('object-classes').locator('button').count(), classes.size);
    const [first] = objects;
    const same = objects.filter(({ class: id }) => id === first.class).length;
    await page.getByTestId(`object-class-${first.class}`).click();
    await eventually(page, async () => (await listed(page)).length, (count) => count === objects.length - same, 'its objects are not listed');
    await page.getByTestId('objects-none').click();
    await eventually(page, () => painted(page), (count) => count === 0, 'no box is drawn');
    await page.getByTestId('objects-all').click();
    await eventually(page, () => painted(page), (count) => count === all, 'all are drawn again');
    await page.getByTestId('object-0').focus();
    await eventually(page, () => painted(page), (count) => count > all, 'the box is filled');
    await page.mouse.move(5, 5);
    const stage = await page.getByTestId('photo-canvas').boundingBox();
    const { width } = (await answers(page)).results[0].answer;
    const scale = stage.width / width;
    const inside = objects.reduce((small, it) => (it.width * it.height < small.width * small.height ? it : small));
    await page.mouse.move(stage.x + (inside.left + inside.width / 2) * scale, stage.y + (inside.top + inside.height / 2) * scale);
    await page.getByTestId(`object-${objects.indexOf(inside)}`).and(page.locator('.standing')).waitFor();
  }));

test('where nothing is found the page says how to see more', withDrawings, () =>
  withPage({ query }, async ({ page, problems }) => {
    await dropFiles(page, drawnBoard('plain.png', 320, 240, 2));
    assert.deepEqual((await answers(page)).results[0].answer.objects, []);
    const note = page.getByTestId('nothing-found');
    await note.waitFor();
    assert.match(await note.innerText(), /nothing found[\s\S]*confidence/i);
    assert.match(await page.getByTestId('status').innerText(), /nothing found/i);
    const lower = page.getByTestId('lower');
    if (await lower.count()) {
      await lower.click();
      await eventually(page, () => page.getByTestId('object-list').locator('button').count(), (count) => count > 0, 'the surest candidate');
    }
    await screenshot(page, 'objects-none');
    assert.deepEqual(problems, []);
  }));

test('the saved picture is the photo with its boxes, the table has a line an object', withPhotos, () =>
  withPage({ query }, async ({ page }) => {
    await dropFiles(page, showing('dog', 1)[0]);
    const { width, height, objects } = (await answers(page)).results[0].answer;
    await eventually(page, () => painted(page), (count) => count > 500, 'boxes are drawn');
    await page.getByTestId('save-menu').click();
    const save = (testid) => saved(page, testid);
    const picture = readPng(await save('save-overlay'));
    assert.deepEqual([picture.width, picture.height], [width, height]);
    // On the left side of the largest box, at half its height, there is the colour of its line: the same above and below.
    const largest = objects.reduce((large, it) => (it.width * it.height > large.width * large.height ? it : large));
    const [x, y] = [Math.round(Math.max(largest.left, 1)), Math.round(largest.top + largest.height / 2)];
    const pixel = (x, y) => [...picture.data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3)];
    assert.deepEqual(pixel(x, y), pixel(x, y + 2));
    const lines = readFileSync(await save('save-csv'), 'utf8').trim().split('\r\n');
    assert.equal(lines[0], 'file,width,height,class,confidence,left,top,box_width,box_height');
    assert.equal(lines.length, objects.length + 1);
    const report = JSON.parse(readFileSync(await save('save-json'), 'utf8'));
    assert.equal(report.pack, id);
    assert.deepEqual(report.results[0].answer.objects.map(({ name }) => name), objects.map(({ name }) => name));
  }));

test('many photos show their boxes and can be limited to a class', withPhotos, () =>
  withPage({ query }, async ({ page, problems }) => {
    const photos = [...new Set([...showing('person', 5), ...showing('bottle', 4)])];
    await dropFiles(page, ...photos);
    const { results } = await answers(page, photos.length, 120_000);
    await page.getByTestId('sheet').waitFor();
    const bottles = results.filter(({ answer }) => answer.objects.some(({ name }) => name === 'bottle'));
    const cards = page.locator('.cards .card');
    await eventually(page, () => cards.count(), (count) => count === photos.length, 'all photos');
    await eventually(page, () => page.locator('.card-boxes rect').count(), (count) => count > 0, 'boxes on the cards');
    await screenshot(page, 'objects-sheet');
    const bottle = readPack(id).classes.findIndex(({ name }) => name.en === 'bottle');
    await page.getByTestId('filter').selectOption(String(bottle));
    await eventually(page, () => cards.count(), (count) => count === bottles.length, 'photos with bottles');
    assert.deepEqual(problems, []);
  }));

test('a folder with COCO annotations is measured as `vitrine eval` measures it', withPhotos, () =>
  withPage({ query }, async ({ page, problems }) => {
    const photos = [...new Set([...showing('dog', 1), ...showing('person', 6)])];
    const folder = folderOf(cocoImages(photos));
    const command = vitrine('eval', id, folder, '--device', 'cpu', '--json');
    await pickFolder(page, folder);
    await answers(page, photos.length, 120_000);
    await page.getByTestId('tab-scores').click();
    const report = page.getByTestId('scores');
    await report.waitFor();
    await screenshot(page, 'objects-scores');
    const figures = JSON.parse(readFileSync(await saved(page, 'scores-json'), 'utf8'));
    for (const key of ['ap', 'ap50', 'ap75', 'ap_small', 'ap_medium', 'ap_large', 'ar1', 'ar10', 'ar100', 'ar_small', 'ar_medium', 'ar_large']) {
      const [here, there] = [figures[key], command[key]];
      assert.ok(here === there || Math.abs(here - there) < 1e-3, `${key}: ${here}, the command gives ${there}`);
    }
    assert.equal(figures.n, command.n);
    assert.deepEqual(problems, []);
  }));

test('a cascade names the dogs that it finds as `vitrine run` names them', withDogs, () =>
  withPage({ query: `?device=cpu&pack=${cascade}` }, async ({ page, problems }) => {
    const [photo] = showing('dog', 1);
    const command = vitrine('run', cascade, photo, '--device', 'cpu', '--json').results[0].answer;
    await dropFiles(page, photo);
    const { answer } = (await answers(page)).results[0];
    const best = ({ objects }) => objects.map(({ name, named }) => [name, named?.[0]?.name]);
    assert.deepEqual(best(answer), best(command));
    const dog = answer.objects.findIndex(({ named }) => named?.length > 0);
    assert.ok(dog >= 0, 'a dog is found');
    const breed = new RegExp(answer.objects[dog].named[0].name, 'i');
    await eventually(page, () => page.getByTestId(`object-${dog}`).innerText(), (text) => breed.test(text), 'the breed is listed');
    await screenshot(page, 'objects-cascade');
    assert.deepEqual(problems, []);
  }));
