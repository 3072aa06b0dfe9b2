import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Mosquitto, mosquittoProgram } from '../../apps/ingest/test/mosquitto.js';
import { Api } from '../support/api.js';
import { enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
const program = mosquittoProgram();

/** The commands of docs/how-to/stream.md. */
describe('a file streamed as its device would', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let mosquitto: Mosquitto | undefined;
  let server: Server;
  let clinician: Api;
  let token: string;

  beforeAll(async () => {
    folder = await tempFolder();
    if (program !== undefined) mosquitto = await Mosquitto.start(program);
    const env = { COXA_PREFIX: 'coxa', ...(mosquitto ? { COXA_MQTT_URL: mosquitto.url } : {}) };
    server = await Server.start({ dataDir: folder.path, env });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    await enrol(clinician, 'cleo');
    const sensor = { patientId: 'cleo', kind: 'imu', segment: 'thigh', side: 'left', model: 'demo' };
    const { body } = await clinician.post<{ token: string }>('/v1/devices', {
      ...sensor,
      mounting: [1, 0, 0, 0],
    });
    token = body.token;
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await mosquitto?.end();
    await folder.remove();
  });

  const coxa = (...args: string[]) =>
    run(process.execPath, [join(root, 'apps/cli/bin/coxa.js'), 'import', ...args], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', COXA_DATA_DIR: folder.path },
    });
  const file = 'docs/how-to/seated-turns.csv';
  const where = ['--segment', 'thigh', '--side', 'left', '--position', 'seated'];

  (program === undefined ? test.skip : test)(
    'given one command a transport, then each gives a whole session and the measurement that is in the file',
    async () => {
      for (const [i, transport] of ['json', 'cbor', 'websocket', 'mqtt'].entries()) {
        const at = `2026-01-06T18:${10 + i}:00+01:00`;
        const more = ['--transport', transport, '--mqtt', mosquitto!.url, '--token', token, '--json'];
        const { stdout } = await coxa(file, ...more, ...where, '--started-at', at);
        expect(JSON.parse(stdout)).toMatchObject({ transport, batches: 12, known: 0, samples: 600 });
      }
      const measured = await eventually(async () => {
        const { body } = await clinician.get<{
          items: { sessionId?: string; value: number; valid: boolean }[];
        }>('/v1/patients/cleo/rotation');
        // The baseline was measured by hand.
        const streamed = body.items.filter(({ sessionId }) => sessionId !== undefined);
        return streamed.length === 4 ? streamed : undefined;
      });
      for (const { value, valid } of measured) {
        expect(valid).toBe(true);
        expect(Math.abs(value - 25)).toBeLessThan(1);
      }
      const { body } = await clinician.get<{
        items: { samples: number; missing: unknown[]; ended: string }[];
      }>('/v1/patients/cleo/sessions');
      expect(body.items.map(({ samples, missing, ended }) => ({ samples, missing, ended }))).toEqual(
        Array.from({ length: 4 }, () => ({ samples: 600, missing: [], ended: 'last' })),
      );
    },
    120_000,
  );

  test("given a file that is larger than an upload may be, then it is streamed with its device's token, and refused with what to do for anybody else", async () => {
    const rows = 40_000;
    const still = [0.1, 0.2, 9.7, 0.01, 0.02, 0.03].map((value) => (value + 1e-9).toFixed(15)).join(',');
    const titles = 'time (s),accX (m/s^2),accY (m/s^2),accZ (m/s^2),gyrX (rad/s),gyrY (rad/s),gyrZ (rad/s)';
    const lines = Array.from({ length: rows }, (_, i) => `${(i / 100).toFixed(2)},${still}`);
    const long = join(folder.path, 'long.csv');
    await writeFile(long, [titles, ...lines].join('\n'));
    const at = ['--started-at', '2026-01-06T19:10:00+01:00'];
    const { stdout } = await coxa(long, '--token', token, '--json', ...where, ...at);
    expect(JSON.parse(stdout)).toMatchObject({ transport: 'cbor', samples: rows });
    const other = coxa(
      long,
      '--token',
      await server.token({ role: 'clinician', subject: 'dr-lee' }),
      ...where,
    );
    await expect(other).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('over 4 MiB') });
  }, 120_000);

  test('given no place of the sensor, or a token that is no device, then it says what is needed', async () => {
    const bare = coxa(file, '--transport', 'cbor', '--token', token);
    await expect(bare).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--segment') });
    const wrong = coxa(file, '--transport', 'cbor', '--token', 'x.y.z', ...where);
    await expect(wrong).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('--token') });
  });
});

async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come to that');
}
