import { until } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { redisProgramThere } from '../../scripts/backends/redis.mjs';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';
import { RedisProgram } from '../support/redis/redis-program.js';
import { Server } from '../support/server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { tempFolder } from '../support/temp-folder.js';

const cutMs = 60_000;
const id = 'cut';

(redisProgramThere() ? describe : describe.skip)(
  'the network to Redis and to the event store (a STAND-IN) is cut',
  () => {
    let redis: RedisProgram;
    let toRedis: TcpProxy;
    let events: EventStoreStandIn;
    const folders: Awaited<ReturnType<typeof tempFolder>>[] = [];
    const running: Server[] = [];

    beforeEach(async () => {
      redis = await RedisProgram.start('--save', '', '--appendonly', 'no');
      toRedis = await TcpProxy.to(redis.port);
      events = await EventStoreStandIn.start();
    }, 60_000);
    afterEach(async () => {
      await Promise.all(running.splice(0).map((server) => server.stop()));
      await events.stop();
      await toRedis.close();
      await redis.remove();
      for (const folder of folders.splice(0)) await folder.remove();
    }, 60_000);

    /** A system of its own with one of its stores behind the network that will be cut. */
    async function system(stores: Record<string, string>) {
      const folder = await tempFolder();
      folders.push(folder);
      const env = { COXA_LOG: 'embedded', COXA_EVENTS: 'embedded', COXA_VIEWS: 'embedded', ...stores };
      const server = await Server.start({ dataDir: folder.path, env });
      running.push(server);
      const api = async (role: 'clinician' | 'patient' | 'operator', subject: string) =>
        new Api(server.address, await server.token({ role, subject }));
      const clinician = await api('clinician', 'dr-lee');
      await enrol(clinician, id, { enrolledAt: new Date(Date.now() - 3_600_000).toISOString() });
      return {
        clinician,
        patient: await api('patient', id),
        operator: await api('operator', 'ops'),
        ready: async () => (await fetch(`${server.address}/health/ready`)).status,
      };
    }

    const cuts = [
      {
        what: 'Redis',
        network: () => toRedis,
        stores: () => ({ COXA_VIEWS: 'redis', COXA_REDIS_URL: `redis://127.0.0.1:${toRedis.port}` }),
      },
      {
        what: 'the event store (a STAND-IN)',
        network: () => events.network,
        stores: () => ({ COXA_EVENTS: 'eventstoredb', COXA_EVENTSTORE_URL: events.url }),
      },
    ];

    /** What was found of one cut, and how long it took to recover from it. */
    async function cut({ network, stores }: (typeof cuts)[number]) {
      const { clinician, patient, operator, ready } = await system(stores());
      const sending = load(patient);
      const taken = async (more: number) => {
        const wanted = sending.acknowledged.size + more;
        return until(() => sending.acknowledged.size >= wanted, 60_000);
      };
      const takenBefore = await taken(20);
      network().pullCable();
      const saidSo = await until(async () => (await ready()) === 503, 30_000);
      await new Promise((resolve) => setTimeout(resolve, cutMs));
      network().plugIn();
      const backAt = performance.now();
      const readyAgain = await until(async () => (await ready()) === 200, 60_000);
      const recoveredMs = performance.now() - backAt;
      const takenAfter = await taken(20);
      const { longestMs, strange } = await sending.stop();
      const { acknowledged } = sending;
      let seen: string[] = [];
      await until(async () => {
        seen = await painOf(clinician);
        return [...acknowledged].every((name) => seen.includes(name));
      }, 60_000);
      const missing = [...acknowledged].filter((name) => !seen.includes(name));
      const twice = seen.length - new Set(seen).size;
      const verified = (await operator.post('/v1/ops/verify', {})).body;
      return {
        found: { takenBefore, saidSo, readyAgain, takenAfter, strange, missing, twice, verified },
        recoveredMs,
        longestMs,
        acknowledged: acknowledged.size,
      };
    }

    test('given load, when the network to either is cut for a minute, then readiness says so, every call is answered, and afterwards all goes on', async () => {
      // Side by side, for most of it is waiting; each has a system of its own.
      const outcomes = await Promise.allSettled(cuts.map(cut));
      outcomes.forEach((outcome, i) => {
        if (outcome.status === 'rejected') throw outcome.reason;
        const { found, recoveredMs, longestMs, acknowledged } = outcome.value;
        console.info(
          `network to ${cuts[i]!.what} cut for ${cutMs / 1_000} s: ready again after ${Math.round(recoveredMs)} ms; longest wait for an answer ${Math.round(longestMs)} ms; ${acknowledged} acknowledged`,
        );
        expect(found).toEqual({
          takenBefore: true,
          saidSo: true,
          readyAgain: true,
          takenAfter: true,
          strange: [],
          missing: [],
          twice: 0,
          verified: expect.objectContaining({ ok: true, faults: [] }),
        });
      });
    }, 400_000);
  },
);

/** Sends check-ins, one after the other, until told to stop. */
function load(patient: Api) {
  const acknowledged = new Set<string>();
  const strange: unknown[] = [];
  let stopped = false;
  let longestMs = 0;
  const running = (async () => {
    for (let i = 0; !stopped; i++) {
      const began = performance.now();
      const answer = await patient
        .post('/v1/check-ins', checkIn(id, `c${i}`, new Date().toISOString()))
        .catch((error: unknown) => ({ status: String(error) }));
      longestMs = Math.max(longestMs, performance.now() - began);
      if (answer.status === 202) acknowledged.add(`c${i}`);
      else if (answer.status !== 429 && answer.status !== 503) strange.push(answer.status);
      await new Promise((resolve) => setTimeout(resolve, answer.status === 202 ? 70 : 300));
    }
  })();
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      await running;
      return { longestMs, strange };
    },
  };
}

async function painOf(clinician: Api): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: { items?: { checkInId: string }[]; next?: string | null } } = await clinician.get(
      `/v1/patients/${id}/pain?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...(page.body.items ?? []).map(({ checkInId }) => checkInId));
    cursor = page.body.next ?? null;
  }
  return seen;
}
