import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('what would never go out is refused where it is set up', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  const receiver = (channel: object) =>
    clinician.put('/v1/receivers/team', { role: 'assigned', minSeverity: 'LOW', channels: [channel] });

  test('given mail, which this version cannot send, then 422 says so', async () => {
    expect(await receiver({ kind: 'mail', address: 'a@b.example' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/channels/0/kind', code: 'enum' }] },
    });
  });

  test.each(['http://127.0.0.1:4000/', 'http://localhost:4000/', 'http://[::1]/', 'http://10.1.2.3/x'])(
    'given %s, which nothing is sent to, then 422 names the setting',
    async (url) => {
      const answer = await receiver({ kind: 'webhook', url, secret });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: '/channels/0/url' }] } });
      expect(JSON.stringify(answer.body)).toContain('COXA_WEBHOOK_ALLOW_PRIVATE');
    },
  );

  test('given a public address, then it is taken', async () => {
    expect((await receiver({ kind: 'webhook', url: 'https://example.org/hook', secret })).status).toBe(200);
  });

  test('regression: given a password in the address of a webhook, then it is hidden from whoever looks, and what is hidden is not taken for a password', async () => {
    const told = await receiver({ kind: 'webhook', url: 'https://coxa:pa55@example.org/hook', secret });
    expect(told.status).toBe(200);
    const shown = 'https://coxa:***@example.org/hook';
    expect(JSON.stringify(told.body)).not.toContain('pa55');
    expect(await clinician.get('/v1/receivers')).toMatchObject({
      body: { items: [{ channels: [{ kind: 'webhook', url: shown }] }] },
    });
    expect(await receiver({ kind: 'webhook', url: shown, secret })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/channels/0/url', code: 'range' }] },
    });
  });

  test('regression: given an override whose reason is white space, then 422: nobody could explain it later', async () => {
    await enrol(clinician, 'p2');
    expect(
      await clinician.post('/v1/patients/p2/overrides', { kind: 'suspend', reason: ' \n ' }),
    ).toMatchObject({ status: 422, body: { errors: [{ path: '/reason', code: 'range' }] } });
  });

  test('given an override of rules that names none, then 422; given a typo at enrolment, then the field is named in plain words', async () => {
    await enrol(clinician, 'p1');
    const rule = { kind: 'rule', value: {}, reason: 'x' };
    expect(await clinician.post('/v1/patients/p1/overrides', rule)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/value', code: 'required' }] },
    });
    const typo = await clinician.post('/v1/patients', { birthyear: 1980, zone: 'Nowhere/Nothing' });
    expect(typo.status).toBe(422);
    const { errors } = typo.body as { errors: { path: string; message: string }[] };
    expect(errors).toContainEqual(
      expect.objectContaining({ path: '/birthyear', message: 'is not a known field' }),
    );
    expect(errors).toContainEqual(
      expect.objectContaining({ path: '/zone', message: 'must be an IANA time zone such as Europe/Berlin' }),
    );
  });
});
