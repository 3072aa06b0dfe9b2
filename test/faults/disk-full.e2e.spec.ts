import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { fill, mountable, whyNoSmallDisk, withSmallDisk } from '../support/small-disk.js';

describe('a full disk', () => {
  if (!mountable()) {
    test.skip(whyNoSmallDisk, () => undefined);
    return;
  }

  test('given no space, when something is sent, then it is refused politely; when there is space again, then all goes on and nothing acknowledged is lost', async () => {
    await withSmallDisk(async (path) => {
      let server = await Server.start({ dataDir: path });
      const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
      await enrol(clinician, 'p1');
      const ballast = join(path, 'ballast');
      fill(ballast);
      const acknowledged: string[] = [];
      let refused = 0;
      for (let n = 0; n < 400 && refused < 3; n++) {
        const note = 'x'.repeat(1900);
        const answer = await clinician.post(
          '/v1/check-ins',
          checkIn('p1', `c${n}`, `2026-01-06T08:${String(n % 60).padStart(2, '0')}:00+01:00`, 2, { note }),
        );
        if (answer.status === 202) acknowledged.push(`c${n}`);
        else if (answer.status === 503) {
          refused++;
          expect(answer.headers.get('retry-after')).toBe('1');
          expect(answer.body).toMatchObject({ code: 'overloaded' });
        } else if (answer.status === 429) await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect(refused).toBe(3);
      rmSync(ballast);
      const after = await eventually(() =>
        clinician.post<{ position: string }>(
          '/v1/check-ins',
          checkIn('p1', 'after', '2026-01-06T10:00:00+01:00'),
        ),
      );
      acknowledged.push('after');
      const shown = await eventually(() =>
        clinician.get<{ items: { checkInId: string }[] }>(
          `/v1/patients/p1/pain?limit=200&after=${after.body.position}`,
        ),
      );
      for (const id of acknowledged.slice(0, 100))
        expect(shown.body.items.map(({ checkInId }) => checkInId)).toContain(id);
      expect(await server.stop()).toBe(0);
      server = await Server.start({ dataDir: path });
      await server.stop();
    });
  }, 120_000);
});

async function eventually<T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await ask();
    if (answer.status < 300) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return ask();
}
