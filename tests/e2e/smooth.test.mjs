// The main thread stays free while a pack loads and runs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, dropFiles, longTasks, withPage } from './lib/browser.mjs';
import { drawnStreet } from './lib/files.mjs';
import { streetPhotos, withoutModel } from './lib/environment.mjs';

/** From navigation to the answer. */
async function tasksUntilAnswer() {
  let tasks;
  await withPage({ query: '?device=cpu', recorded: true }, async ({ page }) => {
    await dropFiles(page, streetPhotos()[0] ?? drawnStreet());
    await answered(page);
    tasks = await longTasks(page);
  });
  return tasks;
}

test('no task of the main thread takes over 50 ms until the answer', { skip: withoutModel() ?? false, timeout: 240_000 }, async (t) => {
  // A machine that is shared lengthens a task now and then; a task of ours would be long in every run.
  let tasks;
  for (let run = 1; run <= 3 && tasks?.length !== 0; run += 1) {
    tasks = await tasksUntilAnswer();
    t.diagnostic(`tasks over 50 ms in run ${run}: ${JSON.stringify(tasks)}`);
  }
  const worst = Math.max(0, ...tasks.map(({ millis }) => millis));
  assert.equal(worst, 0, `the longest task computed for ${worst} ms`);
});
