import { withPage, dropFiles, answers, pickFolder } from './lib/browser.mjs';
import { dogPhotos, dogsId, streetFolder, packId } from './lib/environment.mjs';
import { folderOf, underFolders, drawnBoard, emptyFile } from './lib/files.mjs';
const [,, name, w='1440', h='900', scheme='light', lang='en', what='many'] = process.argv;
const photos = dogPhotos(30).flatMap((b) => b.slice(0, 2));
const shoot = async (page, n) => { await page.waitForTimeout(900); await page.screenshot({ path: `/tmp/page/${name}-${n}.png` }); };
const id = what === 'street' ? packId : dogsId;
await withPage({ query: `?device=cpu&lang=${lang}&pack=${id}${what === 'street' ? '&tile=257' : ''}`, context: { viewport: { width: +w, height: +h }, colorScheme: scheme } }, async ({ page, problems }) => {
  page.on('console', m => console.log('console', m.text()));
  try {
  if (what === 'street') {
    await pickFolder(page, streetFolder);
    await answers(page, 3, 100000);
    await shoot(page, 'work');
    await page.getByTestId('work').waitFor({ state: 'detached', timeout: 200_000 });
    await shoot(page, 'sheet');
    await page.getByTestId('tab-scores').click();
    await shoot(page, 'scores');
  } else if (what === 'many') {
    const files = underFolders(photos); files['junk/empty.jpg'] = emptyFile();
    await pickFolder(page, folderOf(files));
    await answers(page, 20, 100000);
    await shoot(page, 'work');
    await page.getByTestId('work').waitFor({ state: 'detached', timeout: 200_000 });
    await page.getByTestId('tab-scores').click();
    await shoot(page, 'scores');
    await page.getByTestId('scores').evaluate((it) => it.parentElement.scrollTo(0, 5000));
    await shoot(page, 'mistakes');
    await page.getByTestId('tab-left-out').click();
    await shoot(page, 'left');
    await page.getByTestId('tab-photos').click();
    await page.getByTestId('card-7').click();
    await page.getByTestId('rank-1').waitFor();
    await shoot(page, 'card');
    await page.getByTestId('resolution').fill('320');
    await page.waitForTimeout(2500);
    await shoot(page, 'changed');
  } else {
    await dropFiles(page, drawnBoard());
    await answers(page, 1);
    await shoot(page, 'board');
    await page.getByTestId('pack-card').click({ timeout: 2000 }).catch(() => {});
    await shoot(page, 'pack');
  }
  } catch (e) { console.log(String(e).slice(0, 600)); await shoot(page, 'fail'); }
  console.log(problems);
});
