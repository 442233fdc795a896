// Which dog is it: the best breeds, where the network looked, and what the switches change.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, dropFiles, eventually, saved, screenshot, withPage } from './lib/browser.mjs';
import { dogPhotos, dogsId, packId, readPack, vitrine, withoutDogPhotos, withoutModel } from './lib/environment.mjs';
import { drawnBoard, drawnStreet, readPng } from './lib/files.mjs';

const withPhotos = { skip: withoutDogPhotos() ?? false, timeout: 180_000 };
const withDrawings = { skip: withoutModel(dogsId) ?? false, timeout: 120_000 };
const query = `?device=cpu&pack=${dogsId}`;
const photos = dogPhotos(6).map(([first]) => first);

/** Two answers are the same up to rounding. */
function assertSameAnswer(page, command, what) {
  assert.equal(page.task, 'classify');
  for (const key of ['width', 'height', 'resolution', 'crops', 'doubtful']) assert.equal(page[key], command[key], `${what}: ${key}`);
  assert.deepEqual(page.ranked.map(({ name }) => name), command.ranked.map(({ name }) => name), what);
  page.ranked.forEach(({ confidence }, index) => {
    const difference = Math.abs(confidence - command.ranked[index].confidence);
    assert.ok(difference < 1e-4, `${what}: the confidence of rank ${index + 1} differs by ${difference}`);
  });
  assert.ok(Math.abs(page.outside - command.outside) < 1e-4, `${what}: outside`);
}

/** What the canvas over the photo shows, as a sum over its pixels; 0 while it is hidden. */
const heatOf = (page) =>
  page.getByTestId('mask-canvas').evaluate((canvas) => {
    if (getComputedStyle(canvas).visibility === 'hidden') return 0;
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext('2d');
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 0; at < data.length; at += 1) sum = (sum * 31 + data[at]) % 2147483647;
    return sum;
  });

test('the page ranks the same five breeds as `vitrine run`', withPhotos, () =>
  withPage({ query }, async ({ page, problems }) => {
    const command = vitrine('run', dogsId, ...photos.slice(0, 3), '--device', 'cpu', '--json').results;
    await dropFiles(page, ...photos.slice(0, 3));
    const published = await answers(page, 3);
    assert.equal(published.pack, dogsId);
    published.results.forEach(({ answer, file }, index) => assertSameAnswer(answer, command[index].answer, file));
    const { ranked } = published.results[0].answer;
    for (const [index, { class: id }] of ranked.entries()) {
      const row = page.getByTestId(`rank-${index + 1}`);
      assert.match(await row.innerText(), new RegExp(readPack(dogsId).classes[id].name.en, 'i'));
    }
    await screenshot(page, 'dogs');
    assert.deepEqual(problems, []);
  }));

test('breeds are named in French too', withPhotos, () =>
  withPage({ query: `${query}&lang=fr` }, async ({ page }) => {
    await dropFiles(page, photos[1]);
    const [best] = (await answers(page)).results[0].answer.ranked;
    const row = page.getByTestId('rank-1');
    await row.waitFor();
    assert.match(await row.innerText(), new RegExp(readPack(dogsId).classes[best.class].name.fr, 'i'));
  }));

test('once the pack is loaded an answer comes well within a second of the drop', withPhotos, (t) =>
  withPage({ query }, async ({ page }) => {
    await eventually(page, () => page.getByTestId('status').innerText(), (text) => /ready/i.test(text), 'ready', 60_000);
    const millis = [];
    for (const [index, photo] of photos.slice(0, 5).entries()) {
      await page.evaluate((count) => {
        window.addEventListener('drop', () => {
          const dropped = performance.now();
          const look = () => {
            if ((window.__vitrine?.results.length ?? 0) > count) window.answered = performance.now() - dropped;
            else setTimeout(look, 1);
          };
          look();
        }, { once: true, capture: true });
        window.answered = undefined;
      }, index);
      await dropFiles(page, photo);
      await page.waitForFunction(() => window.answered !== undefined);
      millis.push(Math.round(await page.evaluate(() => window.answered)));
    }
    t.diagnostic(`milliseconds from the drop to the answer: ${millis}`);
    assert.ok(Math.min(...millis) < 700, `the quickest of ${millis}`);
  }));

test('the heat can be hidden, and is another one for another breed', withPhotos, () =>
  withPage({ query }, async ({ page }) => {
    await dropFiles(page, photos[2]);
    await answers(page);
    await eventually(page, () => heatOf(page), (sum) => sum > 0, 'there is heat');
    await page.mouse.move(5, 300);
    const first = await heatOf(page);
    await page.getByTestId('rank-3').focus();
    await eventually(page, () => heatOf(page), (sum) => sum > 0 && sum !== first, 'the heat of the third breed');
    await page.getByTestId('heat').click();
    await eventually(page, () => heatOf(page), (sum) => sum === 0, 'no heat');
    await screenshot(page, 'dogs-plain');
  }));

test('a higher resolution and ten crops are computed as `vitrine run` computes them, and the change is shown', withPhotos, () =>
  withPage({ query }, async ({ page, problems }) => {
    const photo = photos[3];
    await dropFiles(page, photo);
    const plain = (await answers(page)).results[0].answer;
    assert.deepEqual([plain.resolution, plain.crops], [224, 1]);
    const settled = (resolution, crops) =>
      page.waitForFunction(([resolution, crops]) => {
        const { answer } = window.__vitrine.results[0];
        return answer.resolution === resolution && answer.crops === crops && answer;
      }, [resolution, crops]).then((handle) => handle.jsonValue());
    await page.getByTestId('resolution').fill('320');
    const larger = await settled(320, 1);
    await page.getByTestId('changed').waitFor();
    await page.getByTestId('crops-10').click();
    const many = await settled(320, 10);
    await screenshot(page, 'dogs-changed');
    const command = (...words) => vitrine('run', dogsId, photo, '--device', 'cpu', '--json', ...words).results[0].answer;
    assertSameAnswer(larger, command('--resolution', '320'), 'at 320');
    assertSameAnswer(many, command('--resolution', '320', '--crops', '10'), 'at 320 with 10 crops');
    assert.match(await page.getByTestId('changed').innerText(), /320/);
    await page.getByTestId('look-reset').click();
    assertSameAnswer(await settled(224, 1), plain, 'as before');
    assert.deepEqual(problems, []);
  }));

test('what is no dog is said to be none', withDrawings, () =>
  withPage({ query }, async ({ page }) => {
    await dropFiles(page, drawnBoard());
    const { answer } = (await answers(page)).results[0];
    assert.equal(answer.doubtful, true);
    assert.match(await page.getByTestId('not-a-dog').innerText(), /may not be a dog/i);
    await screenshot(page, 'no-dog');
  }));

test('a photo of a dog comes without the notice', withPhotos, () =>
  withPage({ query }, async ({ page }) => {
    await dropFiles(page, photos[4]);
    assert.equal((await answers(page)).results[0].answer.doubtful, false);
    await page.getByTestId('rank-1').waitFor();
    assert.equal(await page.getByTestId('not-a-dog').count(), 0);
  }));

test('the saved picture is the photo with the heat', withDrawings, () =>
  withPage({ query }, async ({ page }) => {
    const board = drawnBoard('saved.png');
    await dropFiles(page, board);
    await answers(page);
    const save = async () => {
      await page.getByTestId('save-menu').click();
      return readPng(await saved(page, 'save-overlay'));
    };
    const changed = (picture) => {
      const photo = readPng(board);
      assert.deepEqual([picture.width, picture.height], [photo.width, photo.height]);
      return picture.data.reduce((count, value, at) => count + (value !== photo.data[at] ? 1 : 0), 0);
    };
    assert.ok(changed(await save()) > 10_000, 'the heat colours the photo');
    await page.getByTestId('heat').click();
    assert.equal(changed(await save()), 0, 'without heat it is the photo');
  }));

test('another pack can be chosen without a reload, and what was there stays until it has answered', {
  skip: withoutModel(dogsId) ?? withoutModel(packId) ?? false,
  timeout: 120_000,
}, () =>
  withPage({ query: `?device=cpu&pack=${packId}` }, async ({ page, problems }) => {
    await dropFiles(page, drawnStreet());
    assert.equal((await answers(page)).results[0].answer.task, 'segment');
    await page.getByTestId('pack-card').click();
    await page.getByTestId(`pack-${dogsId}`).check({ force: true });
    assert.ok((await page.getByTestId('legend').count()) + (await page.getByTestId('breeds').count()) > 0);
    await page.waitForFunction(() => window.__vitrine.results[0].answer.task === 'classify');
    assert.equal(await page.evaluate(() => window.__vitrine.pack), dogsId);
    await page.getByTestId('rank-1').waitFor();
    await page.getByTestId(`pack-${packId}`).check({ force: true });
    await page.waitForFunction(() => window.__vitrine.results[0].answer.task === 'segment');
    await page.getByTestId('legend').waitFor();
    assert.deepEqual(problems, []);
  }));
