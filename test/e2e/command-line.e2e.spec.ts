import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openEmbedded } from '@coxa/adapter-embedded';
import { namesOf } from '@coxa/contracts';
import { systemClock, viewName } from '@coxa/eventing';
import { painView } from '@coxa/program';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { coxa, documentOf } from '../support/coxa.js';
import { Server } from '../support/server.js';

const now = '2026-01-10T12:00:00+01:00';
const names = ['patients', 'timeline', 'pain', 'rotation', 'alarms', 'receivers', 'deliveries'];

describe('the command line', () => {
  let dataDir: string;
  let server: Server | undefined;
  let clinician: Api;

  const run = (...args: string[]) => coxa(dataDir, ...args);

  async function start(): Promise<void> {
    server = await Server.start({ dataDir, env: { COXA_TEST_CLOCK: now } });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
  }

  async function stop(): Promise<void> {
    await server?.stop();
    server = undefined;
  }

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'coxa-cli-'));
    await start();
    await enrol(clinician, 'ana');
    const at = '2026-01-06T18:00:00+01:00';
    const { body } = await clinician.post('/v1/check-ins', checkIn('ana', 'c1', at));
    await clinician.get(`/v1/patients/ana/pain?after=${String(body['position'])}`);
  });

  afterAll(async () => {
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test.each([
    ['nothing', []],
    ['an unknown command', ['dance']],
    ['an unknown option', ['verify', '--loud']],
    ['a missing argument', ['inspect']],
    ['too many arguments', ['verify', 'all']],
    ['a role that is none', ['token', '--role', 'king', '--subject', 'x']],
    ['a time that is none', ['token', '--role', 'operator', '--subject', 'x', '--expires', 'soon']],
    ['a name that is none', ['token', '--role', 'clinician', '--subject', '']],
    ['a name that no care team can hold', ['token', '--role', 'clinician', '--subject', 'dr lee']],
    ['a view that is none', ['rebuild', 'nonsense']],
    ['no word on who may look', ['inspect', 'ana']],
    ['an instant that is none', ['inspect', 'ana', '--local', '--as-of', 'yesterday']],
    ['no token to import with', ['import', 'x.csv']],
    ['an amount that is none', ['simulate', '--patients', 'many']],
  ])('wrong use ends with 2 and says on stderr what is wrong: %s', async (_what, args) => {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).not.toBe('');
  });

  test.each([
    ['a misspelt option', ['token', '--rol', 'clinician', '--subject', 'x'], '--rol'],
    ['no role', ['token', '--subject', 'x'], '--role'],
    ['a part of a patient', ['simulate', '--patients', '1.5'], '--patients'],
    ['a broker that is no address', ['simulate', '--transport', 'mqtt', '--mqtt', 'here'], 'here'],
  ])('regression: wrong use names what was wrong: %s', async (_what, args, named) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(named);
  });

  test('regression: nobody is enrolled for a load that has no broker to go to', async () => {
    expect((await run('simulate', '--patients', '1', '--transport', 'mqtt')).code).toBe(2);
    const simulated = new Api(
      server!.address,
      await server!.token({ role: 'clinician', subject: 'coxa-simulate' }),
    );
    expect((await simulated.get('/v1/patients')).body).toMatchObject({ items: [] });
  });

  test('regression: a parked message that is not there is called that', async () => {
    expect((await run('parked', 'replay', 'abc')).err).toContain('no message abc is parked');
  });

  test.each([
    ['a patient who is not there', ['inspect', 'nobody', '--local', '--json']],
    ['a switch that there was not', ['views', 'rollback', 'pain', '--json']],
    ['a parked message that is not there', ['parked', 'drop', 'none', '--json']],
    ['a file that is not there', ['import', '/no/such.csv', '--token', 'x']],
  ])('what fails ends with 1, and nothing is on stdout: %s', async (_what, args) => {
    const { code, out } = await run(...args);
    expect([code, out]).toEqual([1, '']);
  });

  test('token prints the token as its last line and needs no server', async () => {
    const { code, out } = await run('token', '--role', 'patient', '--subject', 'ana', '--expires', '30m');
    expect(code).toBe(0);
    const claims = JSON.parse(
      Buffer.from(out.trim().split('\n').at(-1)!.split('.')[1]!, 'base64url').toString(),
    ) as Record<string, number>;
    expect(claims).toMatchObject({ sub: 'ana', role: 'patient', patientId: 'ana' });
    expect(claims['exp']! - claims['iat']!).toBe(1_800);
  });

  const look = async () => {
    const inspect = await run('inspect', 'ana', '--local', '--json');
    expect(documentOf(inspect)).toMatchObject({
      id: 'ana',
      checkIns: [{ id: 'c1', at: '2026-01-06T18:00:00+01:00' }],
      sessions: [],
      position: expect.any(String),
    });
    const verified = documentOf(await run('verify', '--json'));
    expect(verified).toEqual({
      ok: true,
      checkIns: 1,
      batches: 0,
      samples: 0,
      views: names.map((name) => ({ name, equal: true })),
      faults: [],
    });
    expect(documentOf(await run('rebuild', '--json'))).toEqual({
      views: names.map((name) => ({ name, version: expect.any(Number) })),
    });
    expect(documentOf(await run('rebuild', 'pain', 'timeline', '--json'))).toMatchObject({
      rebuilt: [{ name: 'pain' }, { name: 'timeline' }],
    });
    expect(documentOf(await run('parked', 'ls', '--json'))).toEqual({ items: [] });
  };

  test('with --json each prints one document of the shape that is promised, from the running server', look);

  test('a look on the machine itself is on record as what it is, not under the name of a clinician', async () => {
    const before = await audited();
    await run('inspect', 'ana', '--local', '--json');
    const records = (await audited()).slice(before.length);
    expect(records.length).toBeGreaterThan(0);
    for (const { actor, breakGlass } of records)
      expect([actor.startsWith('local:'), breakGlass]).toEqual([true, true]);
  });

  test('an import names the lines that were refused, and ends with 1', async () => {
    const file = join(dataDir, 'history.csv');
    const rows = [
      'patientId,at,pain.now,pain.site,pain.side',
      '',
      'ana,2026-01-07T18:00:00+01:00,2,groin,left',
    ];
    await writeFile(file, [...rows, 'ana,2026-01-08T18:00:00+01:00,11,groin,left', ''].join('\n'));
    const token = await server!.token({ role: 'clinician', subject: 'dr-lee' });
    const first = await run('import', file, '--token', token, '--json');
    expect(first.code).toBe(1);
    expect(documentOf(first)).toMatchObject({ accepted: 1, duplicates: 0, rejected: [{ line: 4 }] });
    expect(documentOf(await run('import', file, '--token', token, '--json'))).toMatchObject({
      duplicates: 1,
    });
  });

  test('regression: an import whose columns are separated by semicolons, as spreadsheets with a decimal comma write them', async () => {
    const file = join(dataDir, 'semicolons.csv');
    await writeFile(
      file,
      'patientId;at;pain.now;pain.site;pain.side\r\nana;2026-01-07T08:00:00+01:00;2;groin;left\r\n',
    );
    const token = await server!.token({ role: 'clinician', subject: 'dr-lee' });
    expect(documentOf(await run('import', file, '--token', token, '--json'))).toMatchObject({
      accepted: 1,
      rejected: [],
    });
  });

  describe('when no server runs', () => {
    test('regression: a trial of the load needs no folder to be there already', async () => {
      const folder = join(dataDir, 'trial');
      const ran = await coxa(folder, 'simulate', '--patients', '1', '--minutes', '0.02', '--json');
      expect(documentOf(ran)).toMatchObject({ patients: 1, batches: 1, failed: 0 });
    });

    test('the folder is opened, at the time at which a test clock left it: no week is closed by looking', async () => {
      await stop();
      expect((await run('inspect', 'ana', '--local', '--json')).code).toBe(0);
      const { code, err } = await run('verify', '--json');
      expect(code).toBe(0);
      expect(err).not.toContain('Warning');
      await start();
      const { body } = await clinician.get<{ items: { type: string }[] }>('/v1/patients/ana/timeline');
      expect(body.items.map(({ type }) => type)).not.toContain('week-closed');
      expect(body.items.map(({ type }) => type)).not.toContain('data-missing');
    });

    test('an address left behind by a server that was killed misleads nobody', async () => {
      await server!.kill();
      server = undefined;
      expect(documentOf(await run('verify', '--json'))).toMatchObject({ ok: true });
    });

    test('a view that was tampered with is found: exit 1, and what to do; built anew beside it, compared and switched, it is right again', async () => {
      const { views, close } = await openEmbedded(dataDir, systemClock);
      const pain = viewName(painView(''));
      await views.commit(pain, [{ key: 'ana/0/forged', value: { now: 0 } }], {});
      await close();
      const verified = await run('verify', '--json');
      expect(verified.code).toBe(1);
      expect(documentOf(verified)).toMatchObject({
        ok: false,
        faults: [expect.stringContaining('coxa rebuild pain')],
      });
      expect((await run('views', 'build', 'pain', '--json')).code).toBe(0);
      const compared = await run('views', 'compare', 'pain', '--json');
      expect(compared.code).toBe(1);
      expect(documentOf(compared)).toMatchObject({
        equal: false,
        differences: [{ key: 'ana/0/forged', what: 'only-left' }],
      });
      expect((await run('views', 'switch', 'pain', '--json')).code).toBe(0);
      expect((await run('verify', '--json')).code).toBe(0);
    }, 60_000);
  });

  /** The audit trail, as it lies in the log of the server that runs. */
  async function audited(): Promise<{ actor: string; breakGlass?: boolean }[]> {
    await stop();
    const { log, close } = await openEmbedded(dataDir, systemClock);
    const messages = await log.read(namesOf('coxa').audit, 0, 0, 10_000);
    await close();
    await start();
    return messages.map(({ value }) => JSON.parse(Buffer.from(value).toString()) as { actor: string });
  }
});
