// Boxes are corrected by hand, leave as annotation files, and come back from them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { answers, dropFiles, eventually, saved, screenshot, withPage } from './lib/browser.mjs';
import { cocoPhotos, packId, withoutModel } from './lib/environment.mjs';
import { drawnStreet, folderOf } from './lib/files.mjs';

const options = { skip: withoutModel() ?? false, timeout: 120_000 };
const [width, height] = [640, 360];
/** A pack that finds no boxes: they are drawn all the same. */
const query = `?device=cpu&pack=${packId}`;

/** Shows files that are dropped together, with the editor open. */
const withEditor = (files, check, context = {}) =>
  withPage({ query, context }, async (opened) => {
    await dropFiles(opened.page, ...files);
    await opened.page.getByTestId('photo-canvas').waitFor();
    if (files.length === 1) await opened.page.getByTestId('edit').click();
    await opened.page.getByTestId('edit-surface').waitFor();
    await check(opened.page, opened);
    assert.deepEqual(opened.problems, []);
  });

/** The boxes on the stage: class, left, top, width, height in pixels of the photo. */
const boxes = (page) =>
  page.getByTestId('edit-box').evaluateAll((list) =>
    list.map(({ dataset }) => [dataset.class, ...dataset.extent.split(' ').map(Number)]));

/** Drags the mouse from one point of the photo to another, in its pixels. */
async function drag(page, from, to) {
  const photo = await page.getByTestId('photo-canvas').boundingBox();
  const scale = photo.width / width;
  const at = ([x, y]) => [photo.x + x * scale, photo.y + y * scale];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
  await page.mouse.up();
}

async function name(page, name) {
  await page.getByTestId('edit-class').fill(name);
  await page.getByTestId('edit-class').press('Enter');
}

/** Each number within `slack` of the expected one: a pixel of the screen is about half a pixel of the photo here. */
function assertNear(found, expected, slack) {
  assert.deepEqual(found.map(([name]) => name), expected.map(([name]) => name));
  const numbers = (list) => list.flatMap(([, ...extent]) => extent);
  numbers(found).forEach((number, at) =>
    assert.ok(Math.abs(number - numbers(expected)[at]) <= slack, `${found} is not ${expected}`));
}

/** The files of a ZIP file whose entries are stored: APPNOTE.TXT, 4.3.7. */
function unzipped(path) {
  const [zip, files] = [readFileSync(path), {}];
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    assert.equal(zip.readUInt16LE(at + 8), 0, 'stored');
    const [size, nameLength, extra] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26), zip.readUInt16LE(at + 28)];
    const begin = at + 30 + nameLength + extra;
    files[zip.toString('utf8', at + 30, at + 30 + nameLength)] = zip.subarray(begin, begin + size);
    at = begin + size;
  }
  return files;
}

async function drawThree(page) {
  for (const [from, to, called] of [
    [[60, 80], [160, 180], 'house'],
    [[256, 216], [333, 259], 'car'],
    [[500, 300], [420, 150], 'tree'],
  ]) {
    await page.getByTestId('edit-draw').click();
    await drag(page, from, to);
    await name(page, called);
  }
}

test('boxes are drawn, moved, resized, renamed, deleted and undone with the mouse', options, () =>
  withEditor([drawnStreet()], async (page) => {
    await drawThree(page);
    assertNear(await boxes(page), [['house', 60, 80, 100, 100], ['car', 256, 216, 77, 43], ['tree', 420, 150, 80, 150]], 1);
    await screenshot(page, 'annotate-drawn');

    await drag(page, [100, 130], [120, 120]);
    await drag(page, [180, 170], [200, 200]);
    assertNear((await boxes(page)).slice(0, 1), [['house', 80, 70, 120, 130]], 2);
    await name(page, 'shop');
    assert.equal((await boxes(page))[0][0], 'shop');

    await drag(page, [290, 240], [290, 240]);
    await page.keyboard.press('Delete');
    assert.deepEqual((await boxes(page)).map(([name]) => name), ['shop', 'tree']);
    await page.getByTestId('edit-undo').click();
    await page.getByTestId('edit-undo').click();
    assert.deepEqual((await boxes(page)).map(([name]) => name), ['house', 'car', 'tree']);
    await page.keyboard.press('Control+z');
    assertNear((await boxes(page)).slice(0, 1), [['house', 80, 70, 100, 100]], 2);
    await page.keyboard.press('Control+Shift+z');
    assertNear((await boxes(page)).slice(0, 1), [['house', 80, 70, 120, 130]], 2);
  }));

for (const [at, format] of [[0, 'YOLO'], [1, 'Pascal VOC'], [2, 'COCO']]) {
  test(`boxes that leave as ${format} come back within half a pixel`, options, () =>
    withEditor([drawnStreet()], async (page, { server }) => {
      await drawThree(page);
      const drawn = await boxes(page);
      await page.getByTestId(`format-${at}`).click();
      const path = await saved(page, 'save-boxes');
      const files = at === 0 ? unzipped(path) : { [path.split('/').pop()]: readFileSync(path) };
      if (at === 0) {
        assert.deepEqual(Object.keys(files).sort(), ['classes.txt', 'street.txt']);
        const [first] = files['street.txt'].toString().trim().split('\n');
        const [number, x, y, wide, high] = first.split(' ').map(Number);
        assert.equal(files['classes.txt'].toString().split('\n')[number], 'house');
        assertNear([['house', (x - wide / 2) * width, (y - high / 2) * height, wide * width, high * height]], drawn.slice(0, 1), 0.01);
      }
      const folder = folderOf(files);
      await page.goto(server.address + query);
      await page.getByTestId('drop-zone').waitFor();
      await dropFiles(page, drawnStreet(), ...Object.keys(files).map((file) => join(folder, file)));
      await eventually(page, () => boxes(page), (list) => list.length === 3, 'all boxes are back', 30_000);
      assertNear(await boxes(page), drawn, 0.5);
    }));
}

test('everything can be done with the keyboard alone', options, () =>
  withEditor([drawnStreet()], async (page) => {
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    const [[, left, top, wide, high]] = await boxes(page);
    assertNear(await boxes(page), [['object', 224, 126, 192, 108]], 1);
    await page.keyboard.press('Enter');
    await page.keyboard.type('kiosk');
    await page.keyboard.press('Enter');
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    const [[called, ...moved]] = await boxes(page);
    assert.equal(called, 'kiosk');
    assertNear([['', ...moved]], [['', left + 3, top, wide, high + 1]], 0.01);
    assert.match(await page.getByTestId('edit-said').textContent(), /^kiosk, 1 of 1/);

    await page.keyboard.press('d');
    assert.equal((await boxes(page)).length, 2);
    await page.keyboard.press('Delete');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'edit-surface');
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab');
    assert.notEqual(await page.evaluate(() => document.activeElement.id), 'edit-surface', 'the keyboard is not trapped');
  }));

test('boxes belong to their photo and stay while another one is looked at', options, () =>
  withEditor([drawnStreet('one.png')], async (page) => {
    await drawThree(page);
    const drawn = await boxes(page);
    await dropFiles(page, drawnStreet('two.png'));
    await eventually(page, () => boxes(page), (list) => list.length === 0, 'the second photo has none', 30_000);
    await page.getByTestId('edit-draw').click();
    await drag(page, [100, 100], [200, 200]);
    await page.keyboard.press('[');
    await eventually(page, () => boxes(page), (list) => list.length === 3, 'the first photo has its boxes');
    assert.deepEqual(await boxes(page), drawn);

    const files = unzipped(await saved(page, 'save-all-boxes'));
    assert.deepEqual(Object.keys(files).sort(), ['classes.txt', 'one.txt', 'two.txt']);
  }));

test('boxes can be drawn while the photo is zoomed and moved', options, () =>
  withEditor([drawnStreet()], async (page) => {
    const stage = await page.getByTestId('stage').boundingBox();
    await page.mouse.move(stage.x + stage.width * 0.3, stage.y + stage.height * 0.4);
    await page.mouse.wheel(0, -800);
    await page.getByTestId('edit-draw').click();
    await drag(page, [170, 130], [230, 170]);
    assertNear((await boxes(page)).map(([, ...extent]) => ['', ...extent]), [['', 170, 130, 60, 40]], 0.5);
    await page.getByTestId('zoom-fit').click();
    assertNear((await boxes(page)).map(([, ...extent]) => ['', ...extent]), [['', 170, 130, 60, 40]], 0.5);
  }));

test('a finger draws and moves boxes', options, () =>
  withEditor([drawnStreet()], async (page) => {
    const session = await page.context().newCDPSession(page);
    const finger = async (...places) => {
      const photo = await page.getByTestId('photo-canvas').boundingBox();
      const scale = photo.width / width;
      const touch = ([x, y]) => [{ x: photo.x + x * scale, y: photo.y + y * scale }];
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: touch(places[0]) });
      for (const place of places.slice(1)) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: touch(place) });
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    await page.getByTestId('edit-draw').click();
    await finger([100, 80], [200, 150], [300, 280]);
    assertNear((await boxes(page)).map(([, ...extent]) => ['', ...extent]), [['', 100, 80, 200, 200]], 2);
    await finger([200, 180], [220, 190], [240, 200]);
    assertNear((await boxes(page)).map(([, ...extent]) => ['', ...extent]), [['', 140, 100, 200, 200]], 4);
    await screenshot(page, 'annotate-phone');
  }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }));

/** What the page says of the files: `file, line N: …`. */
const problems = (page) => page.getByTestId('edit-problem').evaluateAll((list) => list.map((it) => it.innerText.split('\n')));

for (const [what, files, kept, expected] of [
  [
    'lines of YOLO text',
    {
      'classes.txt': 'house\ncar\n',
      'street.txt': '0 0.5 0.5 0.25 0.5\n0 0.5 0.5 0.25\n1 400 200 50 50\n9 0.5 0.5 0.1 0.1\ncar 0.5 0.5 0.1 0.1\n1 0.25 0.25 0.25 0.25\n',
    },
    ['house', 'car'],
    [
      ['street.txt, line 2', /4 columns/],
      ['street.txt, line 3', /out of range/],
      ['street.txt, line 4', /unknown/],
      ['street.txt, line 5', /no class number/],
    ],
  ],
  [
    'an XML file that breaks off',
    {
      'street.xml':
        '<annotation>\n<filename>street.png</filename>\n<object><name>car</name><bndbox><xmin>10</xmin><ymin>20</ymin>' +
        '<xmax>60</xmax><ymax>70</ymax></bndbox></object>\n<object><name>dog</name><bndbox><xmin>5</bndbox>\n',
    },
    ['car'],
    [['street.xml, line 4', /malformed/]],
  ],
  [
    'items of COCO JSON',
    {
      'instances.json':
        '{"images":[{"id":1,"file_name":"street.png","width":640,"height":360}],\n"categories":[{"id":1,"name":"car"}],\n"annotations":[\n' +
        '{"id":1,"image_id":1,"category_id":1,"bbox":[10,20,30,40]},\n{"id":2,"image_id":1,"category_id":7,"bbox":[10,20,30,40]},\n' +
        '{"id":3,"image_id":1,"category_id":1,"bbox":[10,20,30]}\n]}',
    },
    ['car'],
    [
      ['instances.json, line 5', /category_id/],
      ['instances.json, line 6', /four numbers/],
    ],
  ],
  [
    'a file that belongs to no photo',
    { 'other.txt': '0 0.5 0.5 0.1 0.1\n' },
    [],
    [['other.txt', /no image of this name/]],
  ],
]) {
  test(`bad files are named with line and remedy, and the good rest is kept: ${what}`, options, () => {
    const folder = folderOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
    return withEditor([drawnStreet(), ...Object.keys(files).map((file) => join(folder, file))], async (page) => {
      await eventually(page, () => boxes(page), (list) => list.length === kept.length, 'the good rest is kept', 30_000);
      assert.deepEqual((await boxes(page)).map(([name]) => name), kept);
      const said = await problems(page);
      assert.equal(said.length, expected.length, said.join('; '));
      expected.forEach(([place, cause], at) => {
        assert.equal(said[at][0], place);
        assert.match(said[at][1], cause);
        assert.ok(said[at][2].length > 10, 'a remedy');
      });
      await screenshot(page, `annotate-bad-${Object.keys(files).pop().split('.').pop()}`);
    });
  });
}

const detector = 'detect-picodet-s';
const noDetector = withoutModel(detector) ?? (cocoPhotos().length > 0 ? undefined : 'there are no photos of COCO in ../shared');

test('boxes of a detector are compared with those of a file: found, wrong, missed', { ...options, skip: noDetector ?? false }, () =>
  withPage({ query: `?device=cpu&pack=${detector}` }, async ({ page, problems }) => {
    const [photo] = cocoPhotos('dog');
    await dropFiles(page, photo);
    const { answer } = (await answers(page)).results[0];
    // The truth: all that was found but the first, each wider by a fifth, and a zebra that nobody found.
    const stretched = ({ name, left, top, width, height }) => [name, left, top, left + width * 1.2, top + height];
    const truth = [...answer.objects.slice(1).map(stretched), ['zebra', 1, 1, 9, 9]];
    const objects = truth.map(([name, left, top, right, bottom]) =>
      `<object><name>${name}</name><bndbox><xmin>${left}</xmin><ymin>${top}</ymin><xmax>${right}</xmax><ymax>${bottom}</ymax></bndbox></object>`);
    const name = basename(photo).replace(/\.\w+$/, '.xml');
    const folder = folderOf({ [name]: Buffer.from(`<annotation>${objects.join('\n')}</annotation>`) });
    await dropFiles(page, join(folder, name));
    await page.getByTestId('edit-score').waitFor();
    const count = async (kind) => Number(await page.getByTestId(`count-${kind}`).textContent());
    const found = answer.objects.length - 1;
    assert.ok(found > 0, 'the photo shows more than one object');
    assert.deepEqual([await count('found'), await count('wrong'), await count('missed')], [found, 1, 1]);
    assert.equal(await page.getByTestId('missed-box').count(), 1);
    const share = `${((found / (found + 1)) * 100).toFixed(1)}%`;
    assert.deepEqual([await page.getByTestId('precision').textContent(), await page.getByTestId('recall').textContent()], [share, share]);
    await screenshot(page, 'annotate-truth');

    // A predicted box covers five sixths of its truth, unless the photo's side has cut that off.
    await page.getByTestId('min-iou').fill('0.95');
    await eventually(page, () => count('found'), (now) => now < found, 'fewer are found');
    await page.getByTestId('edit-adopt').click();
    await eventually(page, () => page.getByTestId('edit-box').count(), (now) => now === truth.length, "the file's boxes");
    await page.getByTestId('edit-undo').click();
    await eventually(page, () => page.getByTestId('edit-box').count(), (now) => now === answer.objects.length, 'the predicted boxes');
    assert.deepEqual(problems, []);
  }));

test('a predicted box is corrected, and knows by whom it was', { ...options, skip: noDetector ?? false }, () =>
  withPage({ query: `?device=cpu&pack=${detector}` }, async ({ page }) => {
    await dropFiles(page, cocoPhotos('dog')[0]);
    await answers(page);
    await page.getByTestId('edit').click();
    await page.getByTestId('edit-surface').focus();
    await page.keyboard.press('Tab');
    assert.match(await page.getByTestId('edit-box').first().getAttribute('class'), /predicted selected/);
    await page.keyboard.press('ArrowDown');
    assert.match(await page.getByTestId('edit-box').first().getAttribute('class'), /corrected selected/);
    await page.keyboard.press('Control+z');
    assert.match(await page.getByTestId('edit-box').first().getAttribute('class'), /predicted selected/);
  }));
