import { chmodSync, closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { coxaWith, documentOf } from '../support/coxa.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

interface Diagnosis {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly what: string;
    readonly where: string;
    readonly state: string;
    readonly says: string;
    readonly advice?: string;
  }[];
}

describe('coxa doctor on embedded storage', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  beforeEach(async () => void (folder = await tempFolder()));
  afterEach(() => folder.remove());

  async function diagnose(settings: Record<string, string> = {}) {
    const ran = await coxaWith(settings, folder.path, 'doctor', '--json');
    const { ok, findings } = documentOf<Diagnosis>(ran);
    expect(ran.code).toBe(ok ? 0 : 1);
    return { ok, findings, of: (what: string) => findings.filter((finding) => finding.what === what) };
  }

  /** A folder in which a message lies, as a server leaves it. */
  async function used(at = Date.now()): Promise<void> {
    const store = await openEmbedded(folder.path, { ...systemClock, now: () => at });
    await store.log.ensureTopics([{ topic: 'coxa.check-ins.v1', partitions: 1 }]);
    const value = Buffer.alloc(2_000, 7);
    await store.log.append([{ topic: 'coxa.check-ins.v1', key: 'ana', value, headers: {} }]);
    await store.close();
  }

  test('given a server that runs, when it is asked, then all is in order, and the folder stays in use', async () => {
    const server = await Server.start({ dataDir: folder.path });
    const { ok, of } = await diagnose();
    expect(ok).toBe(true);
    expect(of('server')).toMatchObject([{ state: 'ok', where: server.address, says: 'is ready' }]);
    expect(of('lock')[0]?.says).toBe(`in use by process ${server.process.pid}`);
    expect(of('keys')).toHaveLength(2);
    expect(of('storage')).toMatchObject([{ state: 'ok' }]);
    expect((await fetch(`${server.address}/health/ready`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  test('given settings with several faults, when it is asked, then each is told with its name and what is expected, and no secret', async () => {
    const { ok, findings, of } = await diagnose({
      COXA_PORT: 'many',
      COXA_LOG: 'paper',
      COXA_REDIS_URL: 'http://anna:geheim@localhost',
      COXA_COLOUR: 'red',
    });
    expect(ok).toBe(false);
    const faults = of('configuration').filter(({ state }) => state === 'fault');
    expect(faults.map(({ where }) => where).sort()).toEqual(['COXA_LOG', 'COXA_PORT', 'COXA_REDIS_URL']);
    for (const { advice } of faults) expect(advice).toMatch(/^set it to /);
    expect(of('configuration').filter(({ state }) => state === 'warning')).toMatchObject([
      { where: 'COXA_COLOUR' },
    ]);
    expect(JSON.stringify(findings)).not.toContain('geheim');
  });

  test('given a segment that is damaged, when it is asked, then it says which file and what to do, and changes nothing', async () => {
    await used();
    const path = join(folder.path, 'log', 'coxa.check-ins.v1', '0', `${'0'.repeat(16)}.seg`);
    const fd = openSync(path, 'r+');
    writeSync(fd, Buffer.from([1, 2, 3]), 0, 3, 500);
    closeSync(fd);
    for (let i = 0; i < 2; i++) {
      const { ok, of } = await diagnose();
      expect(ok).toBe(false);
      expect(of('storage')).toMatchObject([
        { state: 'fault', says: expect.stringContaining(path), advice: expect.stringContaining('backup') },
      ]);
    }
  });

  test('given a folder that others may read, and messages from the future, when it is asked, then both are warnings', async () => {
    await used(Date.now() + 3_600_000);
    chmodSync(folder.path, 0o755);
    const { ok, of } = await diagnose();
    expect(ok).toBe(true);
    expect(of('data folder')).toMatchObject([{ state: 'warning', advice: `chmod 700 ${folder.path}` }]);
    expect(of('clock')).toMatchObject([{ state: 'warning', advice: expect.stringContaining('NTP') }]);
  });

  test('given a master key that is none, when it is asked, then that is a fault', async () => {
    await used();
    const fd = openSync(join(folder.path, 'keys', 'master.key'), 'w');
    writeSync(fd, 'short');
    closeSync(fd);
    const { of } = await diagnose();
    expect(of('keys')).toMatchObject([{ state: 'fault', says: 'is no master key' }]);
  });

  test('given nobody who reads the document, when it is asked for words, then faults stand out with what to do', async () => {
    const { code, out } = await coxaWith({ COXA_PORT: 'x' }, folder.path, 'doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^FAULT +configuration +COXA_PORT: COXA_PORT is "x"\n +→ set it to a whole number/m);
  });
});
