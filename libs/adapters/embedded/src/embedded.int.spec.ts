import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@coxa/eventing';
import { expect, test } from '@jest/globals';
import { openEmbedded } from './index.js';

test('given a folder that is open, when it is opened again, then the second is refused and told what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coxa-embedded-'));
  const first = await openEmbedded(folder, systemClock);
  await expect(openEmbedded(folder, systemClock)).rejects.toThrow(
    /in use by process \d+; stop that one first/,
  );
  await first.close();
  await (await openEmbedded(folder, systemClock)).close();
});
