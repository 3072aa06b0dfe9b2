import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'libsql';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { coxa, documentOf } from '../support/coxa.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

interface Verified {
  readonly ok: boolean;
  readonly checkIns: number | null;
  readonly faults: readonly string[];
}

const topics = ['coxa.check-ins.v1', 'coxa.registry.v1', 'coxa.audit.v1', 'coxa.program-events.v1'];

describe('coxa verify on a log of which a bit has flipped', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  const segment = (topic: string) => join(folder.path, 'log', topic, '0', '0000000000000000.seg');

  beforeAll(async () => {
    folder = await tempFolder();
    const server = await Server.start({ dataDir: folder.path });
    const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    await enrol(clinician, 'ana');
    await clinician.post('/v1/check-ins', checkIn('ana', 'c1', '2026-01-06T18:00:00+01:00', 6));
    expect(await server.stop()).toBe(0);
  });
  afterAll(() => folder.remove());

  async function expectFound(topic: string): Promise<void> {
    const ran = await coxa(folder.path, 'verify', '--json');
    const { ok, faults } = documentOf<Verified>(ran);
    expect({ topic, code: ran.code, ok, faults }).toEqual({
      topic,
      code: 1,
      ok: false,
      faults: [expect.stringMatching(/0000000000000000\.seg: .*byte 0 is damaged/)],
    });
    expect(faults[0]).toContain(segment(topic));
  }

  /** Flips a bit of the first frame while `look` looks. That byte alone is touched: a server may be writing behind it. */
  async function flipped(topic: string, look: () => Promise<void>): Promise<void> {
    const file = openSync(segment(topic), 'r+');
    const byte = Buffer.alloc(1);
    const flip = () => {
      readSync(file, byte, 0, 1, 70);
      byte[0]! ^= 4;
      writeSync(file, byte, 0, 1, 70);
    };
    flip();
    await look();
    flip();
    closeSync(file);
  }

  test('given no server runs, then it prints one document with the place', async () => {
    for (const topic of topics) await flipped(topic, () => expectFound(topic));
  });

  test('given a server that runs, then it is found in every topic, and told with its place', async () => {
    const server = await Server.start({ dataDir: folder.path });
    for (const topic of topics) await flipped(topic, () => expectFound(topic));
    const whole = await coxa(folder.path, 'verify', '--json');
    expect(documentOf<Verified>(whole)).toMatchObject({ ok: true, checkIns: 1, faults: [] });
    expect(await server.stop()).toBe(0);
  });

  test('regression: given events of which a page is damaged, when it is asked, then it names the file instead of failing', async () => {
    const path = join(folder.path, 'events.db');
    const database = new Database(path);
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    const whole = readFileSync(path);
    const server = await Server.start({ dataDir: folder.path });
    try {
      // All but the first page, which holds the schema.
      const page = 4_096;
      const file = openSync(path, 'r+');
      writeSync(file, Buffer.alloc(whole.length - page, 0x5a), 0, whole.length - page, page);
      closeSync(file);
      const ran = await coxa(folder.path, 'verify', '--json');
      const { ok, faults } = documentOf<Verified>(ran);
      expect({ code: ran.code, ok }).toEqual({ code: 1, ok: false });
      expect(faults).toContainEqual(expect.stringContaining(path));
    } finally {
      await server.kill();
    }
  });
});
