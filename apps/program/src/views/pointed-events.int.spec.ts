import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { deriveId } from '@coxa/contracts';
import { systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventsAt } from './pointed-events.js';

let folder: string;
let opened: Awaited<ReturnType<typeof openEmbedded>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-pointed-'));
  opened = await openEmbedded(folder, systemClock);
  const events = Array.from({ length: 400 }, (_, n) => ({
    id: deriveId('pointed', n),
    type: 'coxa.test.v1',
    data: Buffer.from(JSON.stringify({ n })),
    metadata: {},
  }));
  await opened.events.append('s', 'no-stream', events);
});

afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const told = async (revisions: number[]) =>
  (await eventsAt(opened.events, 's', revisions)).map(
    ({ data }) => (JSON.parse(Buffer.from(data).toString()) as { n: number }).n,
  );

describe('events that a view points at', () => {
  test('given revisions near and far, in any order and twice, when they are read, then each event comes where it was asked for', async () => {
    const wanted = [399, 3, 2, 3, 250, 0, 101];
    expect(await told(wanted)).toEqual(wanted);
    expect(await told([])).toEqual([]);
  });

  test('given a revision that the stream does not hold, when it is read, then the fault names it and what to do', async () => {
    await expect(told([400])).rejects.toThrow('s holds no revision 400: rebuild the view');
  });
});
