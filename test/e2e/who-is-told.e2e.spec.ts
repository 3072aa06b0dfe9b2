import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const now = '2026-02-05T09:00:00+01:00';

interface List<Item> {
  readonly items: readonly Item[];
}

describe('a notice that would reach nobody', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;
  let operator: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path, env: { COXA_TEST_CLOCK: now } });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'op' }));
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  const receiver = (id: string, more: object) =>
    clinician.put(`/v1/receivers/${id}`, { minSeverity: 'LOW', channels: [{ kind: 'log' }], ...more });

  /** Tells of pain and waits until what is due was delivered; the alarm, and who was told of it. */
  const hurting = async (patientId: string, id: string, pain: number) => {
    const sent = await clinician.post<{ position: string }>(
      '/v1/check-ins',
      checkIn(patientId, id, now, pain),
    );
    await clinician.get(`/v1/alarms?after=${sent.body.position}`);
    await operator.post('/v1/test-clock', { now });
    const alarms = await clinician.get<List<{ id: string }>>(`/v1/alarms?patientId=${patientId}`);
    const alarmId = alarms.body.items[0]!.id;
    const { body } = await clinician.get<List<{ alarmId: string; receiver: string }>>('/v1/deliveries');
    const told = body.items.filter((each) => each.alarmId === alarmId).map((each) => each.receiver);
    return { alarmId, told: told.sort() };
  };

  test('given only a lead, then on call as well, then assigned, when it hurts, then the nearest to the patient is told', async () => {
    for (const patientId of ['p1', 'p2', 'p3']) await enrol(clinician, patientId);
    await receiver('lead', { role: 'lead' });
    expect((await hurting('p1', 'c1', 9)).told).toEqual(['lead']);
    await receiver('night', { role: 'on-call', subject: 'dr-night' });
    expect((await hurting('p2', 'c1', 9)).told).toEqual(['night']);
    await receiver('lee', { role: 'assigned', subject: 'dr-lee' });
    expect((await hurting('p3', 'c1', 9)).told).toEqual(['lee']);
  });

  test('given an alarm that was assigned to a name without a receiver, when it grows graver, then the care team is told', async () => {
    await enrol(clinician, 'p4');
    const { alarmId, told } = await hurting('p4', 'c1', 6);
    expect(told).toEqual(['lee']);
    await clinician.post(`/v1/alarms/${alarmId}/assign`, { assignee: 'dr-lea' });
    expect((await hurting('p4', 'c2', 9)).told).toEqual(['lee', 'lee']);
  });
});
