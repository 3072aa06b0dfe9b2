import { expect, test } from '@jest/globals';
import { coxa, documentOf } from '../support/coxa.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

test('regression: given a server whose test clock stands long ago, then simulate sends at that time', async () => {
  const folder = await tempFolder();
  const server = await Server.start({
    dataDir: folder.path,
    env: { COXA_TEST_CLOCK: '2026-01-10T12:00:00+01:00' },
  });
  const ran = await coxa(folder.path, 'simulate', '--patients', '2', '--minutes', '0.02', '--json');
  await server.stop();
  await folder.remove();
  expect(ran.code).toBe(0);
  expect(documentOf(ran)).toMatchObject({ patients: 2, failed: 0 });
});
