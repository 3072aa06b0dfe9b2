import { openEmbedded } from '@coxa/adapter-embedded';
import { namesOf, toHeaders } from '@coxa/contracts';
import { systemClock } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

describe('a message that cannot be handled', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let server: Server;
  let clinician: Api;
  let operator: Api;

  async function start(): Promise<void> {
    server = await Server.start({ dataDir: folder.path });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  }

  beforeAll(async () => {
    folder = await tempFolder();
    await start();
    for (const id of ['ill', 'well']) await enrol(clinician, id);
    await server.stop();
    await poison();
    await start();
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  /** Something foreign on the topic, under one patient's key. */
  async function poison(): Promise<void> {
    const storage = await openEmbedded(folder.path, systemClock);
    const headers = toHeaders({
      id: 'poison-1',
      source: 'elsewhere',
      type: 'coxa.check-in-reported.v1',
      time: '2026-01-06T08:00:00Z',
      contentType: 'application/json',
    });
    await storage.log.append([
      { topic: namesOf('coxa').checkIns, key: 'ill', value: Buffer.from('no check-in'), headers },
    ]);
    await storage.close();
  }

  const parked = async () =>
    (await operator.get<{ items: { id: string; key: string; reason: string }[] }>('/v1/ops/parked')).body
      .items;
  const painOf = async (id: string, after: string) =>
    (
      await clinician.get<{ items: { checkInId: string }[] }>(`/v1/patients/${id}/pain?after=${after}`)
    ).body.items.map(({ checkInId }) => checkInId);
  const say = async (id: string, name: string, at: string) =>
    (await clinician.post<{ position: string }>('/v1/check-ins', checkIn(id, name, at))).body.position;

  test('given it, when others check in, then they flow, and it waits with those behind it until it is dropped', async () => {
    const behind = await say('ill', 'a', '2026-01-06T09:00:00+01:00');
    const other = await say('well', 'b', '2026-01-06T09:00:00+01:00');
    expect(await painOf('well', other)).toEqual(['b']);
    expect(await painOf('ill', behind)).toEqual([]);
    expect((await parked()).map(({ key }) => key)).toEqual(['ill', 'ill']);
    expect((await parked())[0]!.reason).toMatch(/the check-in is not JSON/);

    const [first] = await parked();
    expect((await operator.post(`/v1/ops/parked/${first!.id}/replay`, {})).status).toBe(409);
    await operator.post(`/v1/ops/parked/${first!.id}/drop`, {});
    const [second] = await parked();
    expect((await operator.post(`/v1/ops/parked/${second!.id}/replay`, {})).body).toEqual({ handled: 1 });
    expect(await parked()).toEqual([]);
    const later = await say('ill', 'c', '2026-01-06T10:00:00+01:00');
    expect(await painOf('ill', later)).toEqual(['a', 'c']);
  });

  test('given parked messages, when the server is killed, then they are still parked after the start', async () => {
    await server.stop();
    await poison();
    await start();
    await server.kill();
    await start();
    expect(await parked()).toHaveLength(1);
  });
});
