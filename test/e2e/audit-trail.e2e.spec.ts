import { openEmbedded } from '@coxa/adapter-embedded';
import { namesOf } from '@coxa/contracts';
import { systemClock } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

interface Page<Item> {
  readonly items: readonly Item[];
}

/** Looks into the files of the embedded log. */
describe('the audit trail', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;
  let stranger: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    stranger = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-none' }));
    await clinician.put('/v1/receivers/lee', {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'log' }],
    });
    await enrol(clinician, 'p1');
    const at = new Date().toISOString();
    const { body } = await clinician.post<{ position: string }>('/v1/check-ins', checkIn('p1', 'c1', at, 9));
    await clinician.get(`/v1/alarms?after=${body.position}`);
  });
  afterAll(async () => {
    await server.kill();
    await folder.remove();
  });

  test('regression: given a stranger who tries an alarm, a delivery and a device, and a clinician who looks at deliveries, then the audit trail has all of it', async () => {
    const alarms = await clinician.get<Page<{ id: string }>>('/v1/alarms?patientId=p1');
    const path = `/v1/alarms/${alarms.body.items[0]!.id}`;
    const device = await clinician.post<{ deviceId: string }>('/v1/devices', {
      patientId: 'p1',
      kind: 'goniometer',
      segment: 'thigh',
      side: 'left',
      model: 'any',
    });
    const told = await clinician.get<Page<{ id: string; alarmId: string }>>('/v1/deliveries');
    const delivery = told.body.items.find(({ alarmId }) => path.endsWith(alarmId))!;
    expect((await stranger.get(path)).status).toBe(404);
    expect((await stranger.post(`${path}/clear`, {})).status).toBe(404);
    expect((await stranger.post(`/v1/deliveries/${delivery.id}/resend`, {})).status).toBe(404);
    expect((await stranger.delete(`/v1/devices/${device.body.deviceId}`)).status).toBe(404);
    expect(await server.stop()).toBe(0);
    const { log, close } = await openEmbedded(folder.path, systemClock);
    const messages = await log.read(namesOf('coxa').audit, 0, 0, 10_000);
    await close();
    const trail = messages.map(({ value }) => JSON.parse(Buffer.from(value).toString()) as object);
    const tried = { actor: 'dr-none', patientId: 'p1', outcome: 'denied' };
    for (const action of [
      'GET /v1/alarms/:id',
      'POST /v1/alarms/:id/clear',
      'POST /v1/deliveries/:id/resend',
      'DELETE /v1/devices/:id',
    ])
      expect(trail).toContainEqual(expect.objectContaining({ ...tried, action }));
    const looked = { actor: 'dr-lee', patientId: 'p1', action: 'GET /v1/deliveries', outcome: 'granted' };
    expect(trail).toContainEqual(expect.objectContaining(looked));
  });
});
