import { until } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { redisProgramThere } from '../../scripts/backends/redis.mjs';
import { type Answer, Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { RedisProgram } from '../support/redis/redis-program.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

interface Page {
  readonly items: readonly { readonly checkInId: string }[];
  readonly next: string | null;
}

const clockAt = '2026-01-05T09:00:00+01:00';

(redisProgramThere() ? describe : describe.skip)(
  'Redis is lost under load (needs the redis-server program)',
  () => {
    let redis: RedisProgram;
    let server: Server;
    let folder: Awaited<ReturnType<typeof tempFolder>>;
    let hook: Awaited<ReturnType<typeof webhookReceiver>>;
    let clinician: Api;
    let operator: Api;

    beforeEach(async () => {
      redis = await RedisProgram.start('--save', '', '--appendonly', 'no');
      folder = await tempFolder();
      hook = await webhookReceiver();
      await start();
      clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
      operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    });

    afterEach(async () => {
      await server.stop();
      await redis.remove();
      await hook.close();
      await folder.remove();
    });

    async function start(): Promise<void> {
      server = await Server.start({
        dataDir: folder.path,
        env: {
          COXA_LOG: 'embedded',
          COXA_EVENTS: 'embedded',
          COXA_VIEWS: 'redis',
          COXA_REDIS_URL: redis.url,
          COXA_TEST_CLOCK: clockAt,
          COXA_WEBHOOK_ALLOW_PRIVATE: 'true',
        },
        timeoutMs: 60_000,
      });
    }

    const ready = () => fetch(`${server.address}/health/ready`).then(({ status }) => status === 200);

    /** Sends check-ins until told to stop; what was acknowledged. */
    function load(patient: Api, patientId: string) {
      const acknowledged: string[] = [];
      let stopped = false;
      const running = (async () => {
        for (let i = 0; !stopped; i++) {
          const id = `c${i}`;
          const at = new Date(Date.parse('2026-01-05T08:00:00+01:00') + i * 1_000).toISOString();
          for (;;) {
            const { status, body } = await patient.post<{ accepted: number; duplicates: number }>(
              '/v1/check-ins',
              checkIn(patientId, id, at),
            );
            if (status === 202) {
              // Tried again after a 503 it may have been taken already; it must never be taken twice.
              expect(body.accepted + body.duplicates).toBe(1);
              break;
            }
            expect([429, 503]).toContain(status);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          acknowledged.push(id);
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
      })();
      return {
        acknowledged,
        async stop() {
          stopped = true;
          await running;
        },
      };
    }

    async function painOf(patientId: string): Promise<string[]> {
      const ids: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const path: string = `/v1/patients/${patientId}/pain?limit=200${cursor ? `&cursor=${cursor}` : ''}`;
        const { status, body }: Answer<Page> = await clinician.get<Page>(path);
        if (status === 503) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          continue;
        }
        expect(status).toBe(200);
        ids.push(...body.items.map(({ checkInId }) => checkInId));
        cursor = body.next;
      }
      return ids;
    }

    test('given a flush, a kill and a flush while it was down, when check-ins go on, then views come back by themselves, nothing is lost, taken or sent twice', async () => {
      expect((await enrol(clinician, 'p1')).status).toBe(201);
      const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      await clinician.put('/v1/receivers/team', {
        role: 'assigned',
        minSeverity: 'LOW',
        channels: [{ kind: 'webhook', url: hook.url, secret }],
      });
      const patient = new Api(server.address, await server.token({ role: 'patient', subject: 'p1' }));
      const spike = checkIn('p1', 'spike', '2026-01-05T08:30:00+01:00', 9);
      expect((await patient.post('/v1/check-ins', spike)).status).toBe(202);
      await operator.post('/v1/test-clock', { now: clockAt });
      expect(hook.received).toHaveLength(1);

      const sender = load(patient, 'p1');
      const enough = (more: number) => {
        const target = sender.acknowledged.length + more;
        return until(() => sender.acknowledged.length >= target, 30_000);
      };
      await enough(20);
      for (const [what, blow] of [
        ['flushed', () => redis.command('FLUSHALL')],
        [
          'killed and empty after the restart',
          async () => {
            await redis.kill();
            expect(await until(async () => !(await ready()), 10_000)).toBe(true);
            await redis.start();
          },
        ],
      ] as const) {
        await blow();
        const from = performance.now();
        const whole = async () =>
          (await ready()) && (await clinician.get('/v1/patients/p1/pain?limit=1')).status === 200;
        expect(await until(whole, 30_000)).toBe(true);
        console.log(`redis ${what}: whole again after ${Math.round(performance.now() - from)} ms`);
        expect(await enough(20)).toBe(true);
      }
      await sender.stop();
      await server.kill();
      await redis.command('FLUSHALL');
      await start();
      clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
      operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
      const again = new Api(server.address, await server.token({ role: 'patient', subject: 'p1' }));

      // The index of what was taken came back too.
      const { body } = await again.post<{ duplicates: number }>('/v1/check-ins', [spike]);
      expect(body.duplicates).toBe(1);
      expect((await operator.post('/v1/test-clock', { now: clockAt })).status).toBe(200);
      const shown = await painOf('p1');
      expect([...shown].sort()).toEqual(['spike', ...sender.acknowledged].sort());
      expect((await operator.post('/v1/ops/verify', {})).body).toMatchObject({ ok: true, faults: [] });
      expect(hook.received).toHaveLength(1);
    }, 120_000);
  },
);
