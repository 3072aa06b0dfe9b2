import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const mount = (path: string): unknown =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', path], { stdio: 'ignore' });
const unmount = (path: string): unknown => execFileSync('umount', ['-l', path]);

/** A small disk of its own needs the right to mount one. */
function mountable(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'coxa-mount-'));
  try {
    mount(path);
    unmount(path);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(path);
  }
}

describe('a full disk', () => {
  if (!mountable()) {
    test.skip('mounting a small disk needs root, which this user is not', () => undefined);
    return;
  }

  test('given no space, when something is sent, then it is refused politely; when there is space again, then all goes on and nothing acknowledged is lost', async () => {
    const folder = await tempFolder();
    mount(folder.path);
    try {
      let server = await Server.start({ dataDir: folder.path });
      const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
      await enrol(clinician, 'p1');
      const ballast = join(folder.path, 'ballast');
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
      server = await Server.start({ dataDir: folder.path });
      await server.stop();
    } finally {
      unmount(folder.path);
      await folder.remove();
    }
  }, 120_000);
});

/** Writes until nothing more fits. */
function fill(path: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(path, block, { flag: 'a' });
  } catch {
    // Full.
  }
}

async function eventually<T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await ask();
    if (answer.status < 300) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return ask();
}
