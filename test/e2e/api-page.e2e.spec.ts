import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApiDocument } from '../support/api-document.js';
import { type Answer, Api } from '../support/api.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

type Body = Record<string, unknown>;
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Those that only an operator of a fault or a device with a file could call here; they are described all the same. */
const notCalled = [
  'GET /v1/readings/stream',
  'POST /v1/recordings',
  'POST /v1/ops/parked/{id}/replay',
  'POST /v1/ops/parked/{id}/drop',
  'GET /metrics',
];

describe('the API page', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let document: ApiDocument;
  let lee: Api;
  let operator: Api;
  const called = new Set<string>();

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path });
    lee = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    document = await ApiDocument.of(server.address);
  });

  afterAll(async () => {
    await server?.stop();
    await folder.remove();
  });

  /** Makes a call and holds its answer against what the page says. `path`: what stands for `{id}` and so on, in order. */
  async function call(as: Api, operation: string, places: string[] = [], body?: unknown, query = '') {
    const [method, template] = operation.split(' ') as [string, string];
    const left = [...places];
    const path = template.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift()!)) + query;
    const answer: Answer<Body> = await as[method.toLowerCase() as Method](path, body);
    called.add(operation);
    expect([operation, answer.status < 300, answer.status < 300 || answer.body]).toEqual([
      operation,
      true,
      true,
    ]);
    expect([operation, ...document.faultsOf(operation, answer.status, answer.body)]).toEqual([operation]);
    return answer.body;
  }

  /** Sends every example of an operation; answers what each was answered with. */
  async function sendExamples(as: Api, operation: string, places: string[] = [], change: Body = {}) {
    const examples = document.examplesOf(operation);
    expect([operation, examples.length > 0]).toEqual([operation, true]);
    const answers: Body[] = [];
    for (const [, body] of examples)
      answers.push(
        await call(as, operation, places, Array.isArray(body) ? body : { ...(body as Body), ...change }),
      );
    return answers;
  }

  const itemsOf = (body: Body) => body['items'] as readonly Body[];

  test('every operation has a sentence, its roles, a described success, and the refusal; every parameter is described', () => {
    const faults = [...document.operations].flatMap(([name, operation]) => {
      const open = operation.security.length === 0;
      const success = Object.entries(operation.responses).filter(([status]) => /^[12]/.test(status));
      const described = success.every(
        ([, { content, description }]) =>
          description === 'No content' || Object.values(content ?? {}).some(({ schema }) => schema),
      );
      const checks: [boolean, string][] = [
        [/^[A-Z].*\.$/.test(operation.summary ?? ''), 'sentence'],
        [open || (operation['x-roles'] ?? []).length > 0, 'roles'],
        [
          open || operation.description.includes(`Roles: ${operation['x-roles']!.join(', ')}.`),
          'roles in words',
        ],
        [success.length === 1 && described, 'success'],
        [operation.responses['default'] !== undefined, 'refusal'],
        [operation.tags.length === 1, 'tag'],
        ...(operation.parameters ?? []).map(({ name: parameter, description }): [boolean, string] => [
          (description ?? '') !== '',
          `parameter ${parameter}`,
        ]),
        [!JSON.stringify(operation).includes('x-coxa'), 'marks of our own'],
      ];
      return checks.filter(([ok]) => !ok).map(([, what]) => `${name}: ${what}`);
    });
    expect(faults).toEqual([]);
    expect(document.operations.size).toBeGreaterThan(50);
  });

  test('given that a service is not ready, then its answer is described as what it is, no problem document', () => {
    const { responses } = document.operations.get('GET /health/ready')!;
    expect(Object.keys(responses).sort()).toEqual(['200', '503', 'default']);
    expect(responses['503']!.content!['application/json']!.schema).toEqual(
      responses['200']!.content!['application/json']!.schema,
    );
  });

  test('the parts stand in the order in which somebody needs them, each with a sentence', () => {
    expect(document.tags.map(({ name }) => name)).toEqual([
      'patients',
      'check-ins',
      'readings',
      'measurements',
      'programme',
      'alarms',
      'receivers',
      'operator calls',
      'health',
    ]);
    for (const { description } of document.tags) expect(description).toMatch(/^[A-Z].*\.$/);
    const used = new Set([...document.operations.values()].flatMap(({ tags }) => tags));
    expect([...used].sort()).toEqual(document.tags.map(({ name }) => name).sort());
  });

  test('given an operation that takes a JSON body, then it has an example', () => {
    const without = [...document.operations.keys()].filter((name) => {
      const json = document.operations.get(name)!.requestBody?.content['application/json'];
      return json && document.examplesOf(name).length === 0;
    });
    expect(without).toEqual([]);
  });

  test('given a fresh installation, when every example is sent as it is, then each is taken, and every answer is as described', async () => {
    await sendExamples(lee, 'POST /v1/patients');
    await sendExamples(lee, 'PATCH /v1/patients/{id}', ['ana']);
    const [goniometer] = await sendExamples(lee, 'POST /v1/devices');
    const deviceId = String(goniometer!['deviceId']);
    const device = new Api(server.address, String(goniometer!['token']));
    await sendExamples(device, 'POST /v1/readings', [], { deviceId });
    await sendExamples(lee, 'POST /v1/measurements');
    await sendExamples(lee, 'POST /v1/patients/{id}/questionnaires', ['ana']);
    await sendExamples(lee, 'POST /v1/patients/{id}/education/{topic}/acknowledgement', [
      'ana',
      'pain-and-safety',
    ]);
    await sendExamples(lee, 'PUT /v1/receivers/{id}', ['dr-lee']);
    const told = { role: 'assigned', subject: 'dr-lee', minSeverity: 'LOW', channels: [{ kind: 'log' }] };
    await call(lee, 'PUT /v1/receivers/{id}', ['log'], told);
    const checkIns = await sendExamples(lee, 'POST /v1/check-ins');
    const taken = `?after=${String(checkIns.at(-1)!['position'])}`;
    await call(lee, 'GET /v1/patients', [], undefined, taken);
    const overrides = await sendExamples(lee, 'POST /v1/patients/{id}/overrides', ['ana']);
    await sendExamples(lee, 'POST /v1/patients/{id}/ruleset-comparison', ['ana']);
    const after = `?after=${String(overrides.at(-1)!['position'])}`;

    await call(lee, 'GET /v1/patients/{id}', ['ana'], undefined, after);
    const programme = await call(lee, 'GET /v1/patients/{id}/program', ['ana'], undefined, after);
    const [target] = programme['targets'] as readonly Body[];
    await call(lee, 'GET /v1/patients/{id}/targets/{week}/{exercise}/why', [
      'ana',
      String(target!['week']),
      String(target!['exercise']),
    ]);
    for (const what of ['timeline', 'pain', 'rotation', 'sessions', 'questionnaires', 'education'])
      await call(lee, `GET /v1/patients/{id}/${what}`, ['ana'], undefined, after);
    await call(lee, 'GET /v1/patients/{id}/responses', ['ana'], undefined, after);
    await call(lee, 'GET /v1/ruleset');

    const [alarm] = itemsOf(await call(lee, 'GET /v1/alarms', [], undefined, taken));
    const alarmId = String(alarm!['id']);
    await call(lee, 'POST /v1/alarms/{id}/acknowledge', [alarmId]);
    await sendExamples(lee, 'POST /v1/alarms/{id}/assign', [alarmId]);
    await sendExamples(lee, 'POST /v1/alarms/{id}/comment', [alarmId]);
    await call(lee, 'GET /v1/alarms/{id}', [alarmId]);
    await call(lee, 'POST /v1/alarms/{id}/clear', [alarmId]);
    await call(lee, 'GET /v1/receivers');
    await call(lee, 'GET /v1/receivers/{id}', ['dr-lee']);
    const [delivery] = itemsOf(await call(lee, 'GET /v1/deliveries', [], undefined, taken));
    await call(lee, 'POST /v1/deliveries/{id}/resend', [String(delivery!['id'])]);
    await call(lee, 'DELETE /v1/devices/{id}', [deviceId]);

    await call(operator, 'GET /v1/ops/patients');
    await call(operator, 'GET /v1/ops/parked');
    await call(operator, 'POST /v1/ops/verify');
    await call(operator, 'GET /v1/ops/views');
    for (const step of ['rebuild', 'build', 'compare', 'switch', 'rollback'])
      await call(operator, `POST /v1/ops/views/{name}/${step}`, ['timeline']);
    await call(operator, 'POST /v1/ops/views/{name}/drop/{what}', ['timeline', 'beside']);
    await call(operator, 'GET /health/live');
    await call(operator, 'GET /health/ready');

    const missed = [...document.operations.keys()].filter((name) => !called.has(name));
    expect(missed.sort()).toEqual([...notCalled].sort());
  });

  test('given more questionnaires than a page holds, when pages are asked for, then each is told once; without a limit all at once', async () => {
    const path = '/v1/patients/ana/questionnaires';
    const all = (await lee.get(path)).body;
    expect(itemsOf(all).length).toBeGreaterThan(1);
    expect(all['next']).toBeNull();
    const seen: unknown[] = [];
    for (let next: unknown = ''; next !== null;) {
      const query: string = next === '' ? '' : `&cursor=${String(next)}`;
      const page = (await lee.get(`${path}?limit=1${query}`)).body;
      expect(itemsOf(page)).toHaveLength(1);
      seen.push(...itemsOf(page));
      next = page['next'];
    }
    expect(seen).toEqual(itemsOf(all));
  });

  test.each([
    'nonsense',
    Buffer.from('ben/tsk-1').toString('base64url'),
    Buffer.from('ana/none').toString('base64url'),
  ])('given the cursor %s of no such page of questionnaires, then it is malformed', async (cursor) => {
    expect(await lee.get(`/v1/patients/ana/questionnaires?cursor=${cursor}`)).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    });
  });
});
