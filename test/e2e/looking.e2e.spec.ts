import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const hour = (h: number) => `2026-02-05T${String(h).padStart(2, '0')}:00:00+01:00`;

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

describe('looking at alarms', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;
  let operator: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path, env: { COXA_TEST_CLOCK: hour(8) } });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'op' }));
    await clinician.put('/v1/receivers/lee', {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'log' }],
    });
    for (const n of [1, 2, 3]) {
      await enrol(clinician, `p${n}`);
      await operator.post('/v1/test-clock', { now: hour(8 + n) });
      await hurts(`p${n}`, 'c1', hour(8 + n));
    }
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  const hurts = async (patientId: string, id: string, at: string) => {
    const { body } = await clinician.post<{ position: string }>(
      '/v1/check-ins',
      checkIn(patientId, id, at, 9),
    );
    await clinician.get(`/v1/alarms?after=${body.position}`);
  };

  test('regression: given an alarm that occurs again while somebody pages, then it is still on a page to come', async () => {
    const seen: string[] = [];
    let next: string | null = '';
    do {
      const { body }: { body: Page<{ patientId: string }> } = await clinician.get<
        Page<{ patientId: string }>
      >(`/v1/alarms?limit=1${next === '' ? '' : `&cursor=${next}`}`);
      seen.push(...body.items.map(({ patientId }) => patientId));
      if (seen.length === 1) await hurts('p1', 'c2', hour(11));
      next = body.next;
    } while (next !== null);
    expect(seen).toEqual(['p3', 'p2', 'p1']);
  });
});
