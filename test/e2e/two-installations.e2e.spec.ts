import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let folder: Awaited<ReturnType<typeof tempFolder>>;
let hook: Awaited<ReturnType<typeof webhookReceiver>>;

beforeEach(async () => {
  folder = await tempFolder();
  hook = await webhookReceiver();
});

afterEach(async () => {
  await hook.close();
  await folder.remove();
});

/** What is told of a pain of 8 that an installation of its own takes in at `now`. */
async function toldAt(now: string): Promise<string> {
  const env = { COXA_TEST_CLOCK: now, COXA_WEBHOOK_ALLOW_PRIVATE: 'true' };
  const server = await Server.start({ dataDir: `${folder.path}/${now.slice(11, 19)}`, env });
  const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
  const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  const channels = [{ kind: 'webhook', url: hook.url, secret }];
  await clinician.put('/v1/receivers/team', { role: 'assigned', minSeverity: 'LOW', channels });
  await enrol(clinician, 'p1');
  await clinician.post('/v1/check-ins', checkIn('p1', 'c1', '2026-01-06T08:00:00+01:00', 8));
  expect((await operator.post('/v1/test-clock', { now })).status).toBe(200);
  await server.stop();
  return String(hook.received.at(-1)!.headers['webhook-id']);
}

test('regression: given two clinics that know somebody by the same id, when both are told of a pain of 8, then a receiver of both can tell the webhooks apart', async () => {
  const first = await toldAt('2026-01-06T09:00:00+01:00');
  const second = await toldAt('2026-01-06T09:00:01+01:00');
  expect(hook.received).toHaveLength(2);
  expect(second).not.toBe(first);
});
