import { mkdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import { kafkaProgramsThere } from '../../scripts/backends/kafka.mjs';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { KafkaCluster } from '../support/kafka/cluster.js';
import { Server } from '../support/server.js';
import { fill, mountable, withSmallDisk } from '../support/small-disk.js';
import { tempFolder } from '../support/temp-folder.js';

const megabytes = 96;
/** Room for some check-ins, so that the disk fills while they are taken in. */
const leftBytes = 400_000;

(kafkaProgramsThere() && mountable() ? describe : describe.skip)(
  'the disk of the broker is full (needs Java, Maven, and root to mount a small disk)',
  () => {
    test(
      'given check-ins that go on, when the disk fills, then they are refused; when there is room again and the broker is started, then nothing acknowledged is lost or twice',
      () => withSmallDisk(fillAndRecover, megabytes),
      300_000,
    );
  },
);

async function fillAndRecover(disk: string): Promise<void> {
  const folder = await tempFolder();
  const metadata = join(folder.path, 'metadata');
  mkdirSync(metadata);
  const cluster = await KafkaCluster.start({
    settings: { 'log.dirs': join(disk, 'data'), 'metadata.log.dir': metadata },
  });
  const server = await Server.start({
    dataDir: join(folder.path, 'data'),
    env: {
      COXA_LOG: 'kafka',
      COXA_KAFKA_BROKERS: cluster.addresses.join(','),
      COXA_KAFKA_PARTITIONS: '2',
    },
    timeoutMs: 60_000,
  });
  try {
    const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    const enrolledAt = new Date(Date.now() - 86_400_000).toISOString();
    expect((await enrol(clinician, 'p1', { enrolledAt })).status).toBe(201);
    const acknowledged: string[] = [];
    const say = async (id: string) => {
      const sent = checkIn('p1', id, new Date().toISOString(), 2, { note: 'x'.repeat(1_900) });
      const { status } = await clinician.post('/v1/check-ins', sent);
      if (status === 202) acknowledged.push(id);
      return status;
    };
    for (let n = 0; n < 15; n++) expect(await say(`before-${n}`)).toBe(202);
    const ballast = join(disk, 'ballast');
    fill(ballast);
    truncateSync(ballast, statSync(ballast).size - leftBytes);
    const statuses = new Set<number>();
    for (let n = 0; n < 2_000 && !statuses.has(503); n++) {
      const status = await say(`c${n}`);
      statuses.add(status);
      if (status === 429) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect([...statuses].filter((status) => ![202, 429].includes(status))).toEqual([503]);
    await cluster.node(1).down();
    rmSync(ballast);
    cluster.node(1).up();
    const upAt = performance.now();
    let tries = 0;
    expect(await until(async () => (await say(`after-${tries++}`)) === 202, 90_000)).toBe(true);
    console.info(
      `the broker's disk was full: check-ins taken again ${Math.round(performance.now() - upAt)} ms after its start; ${acknowledged.length} acknowledged`,
    );
    let seen: string[] = [];
    const shown = await until(async () => {
      seen = await painOf(clinician);
      return acknowledged.every((id) => seen.includes(id));
    }, 30_000);
    expect({ shown, missing: acknowledged.filter((id) => !seen.includes(id)) }).toEqual({
      shown: true,
      missing: [],
    });
    expect(new Set(seen).size).toBe(seen.length);
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    expect((await operator.post('/v1/ops/verify', {})).body).toMatchObject({ ok: true, faults: [] });
  } finally {
    await server.stop();
    await cluster.stop();
    await folder.remove();
  }
}

async function painOf(clinician: Api): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: { items?: { checkInId: string }[]; next?: string | null } } = await clinician.get(
      `/v1/patients/p1/pain?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...(page.body.items ?? []).map(({ checkInId }) => checkInId));
    cursor = page.body.next ?? null;
  }
  return seen;
}
