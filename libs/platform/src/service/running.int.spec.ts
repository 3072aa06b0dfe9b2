import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { systemClock, until } from '@coxa/eventing';
import { gate, ProbeController, startProbe } from '../../test/probe.js';
import { expectProblem, mine, names, Scene } from '../../test/scene.js';

let scene: Scene;

beforeAll(async () => {
  gate.open = false;
  scene = await Scene.start();
});

afterAll(() => scene.end());

describe('before everything has caught up', () => {
  test('health answers, calls are sent away with 503 and told when to come back', async () => {
    expect((await scene.get('/health/live')).status).toBe(200);
    const ready = await scene.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({ faults: ['gate is catching up'] });
    const refused = await scene.get(`/v1/patients/${mine}`);
    expectProblem(refused, 503, 'overloaded');
    expect(refused.headers.get('retry-after')).toBe('1');
  });

  test('then it opens by itself, without anybody asking whether it is ready', async () => {
    gate.open = true;
    expect(await until(async () => (await scene.get('/v1/nothing')).status === 404, 20_000)).toBe(true);
    expect((await scene.get('/health/ready')).status).toBe(200);
    await scene.enrol();
  });
});

describe('what runs beside', () => {
  test('metrics: from this machine, or for an operator; never through a proxy for nobody', async () => {
    const here = await scene.get('/metrics');
    expect(here.status).toBe(200);
    expect(here.text).toContain(
      'coxa_http_request_seconds_count{method="GET",route="/v1/patients/:id",status="503"}',
    );
    expect(here.text).not.toContain(mine);
    const proxied = { 'x-forwarded-for': '203.0.113.7' };
    expectProblem(await scene.get('/metrics', proxied), 401, 'unauthenticated');
    expectProblem(
      await scene.get('/metrics', { ...proxied, ...(await scene.clinician('dr-lee')) }),
      403,
      'wrong-role',
    );
    expect((await scene.get('/metrics', { ...proxied, ...(await scene.bearer()) })).status).toBe(200);
  });

  test('a trace goes on through the body to the answer and into the log', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traced = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    expect((await scene.post('{"value":1}', traced)).json()['traceparent']).toContain(traceId);
    await scene.get(`/v1/patients/${mine}`, { ...(await scene.clinician('dr-lee')), ...traced });
    expect((await scene.auditTrail()).at(-1)!['trace']).toContain(traceId);
  });

  test('the API page and its document are local and tell what is there', async () => {
    const document = (await scene.get('/docs-json')).json() as { paths: Record<string, unknown> };
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/v1/patients/{id}', '/v1/numbers']));
    const page = await scene.get('/docs');
    expect(page.status).toBe(200);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!);
    expect(assets.length).toBeGreaterThan(2);
    for (const url of assets) {
      expect(url).not.toMatch(/^(https?:)?\/\//);
      expect((await scene.get(new URL(url, 'http://x/docs').pathname, {})).status).toBe(200);
    }
  });

  test('the address is in the data folder', async () => {
    const server = JSON.parse(await readFile(join(scene.dataDir, 'server.json'), 'utf8')) as object;
    expect(server).toEqual({ address: scene.probe.address, pid: process.pid });
  });

  test('a backend that is away fails readiness and closes nothing', async () => {
    gate.backendAway = true;
    expect((await scene.get('/health/ready')).json()).toMatchObject({
      faults: ['backend is away or behind'],
    });
    expect((await scene.get(`/v1/patients/${mine}`, await scene.clinician('dr-lee'))).status).toBe(200);
    gate.backendAway = false;
  });

  test('a consumer that dies fails readiness, with its cause in the log and not on the page', async () => {
    const send = (text: string) =>
      scene.log.append([{ topic: names.checkIns, key: 'k', value: Buffer.from(text), headers: {} }]);
    await send('good');
    const { consumed } = scene.probe.app.get(ProbeController);
    expect(await until(() => consumed.includes('good'), 20_000)).toBe(true);
    await send('poison');
    const died = async () => (await scene.get('/health/ready')).status === 503;
    expect(await until(died, 20_000)).toBe(true);
    const ready = await scene.get('/health/ready');
    expect(ready.json()).toMatchObject({ faults: ['probe on coxa.check-ins.v1 has stopped'] });
  });
});

describe('starting', () => {
  test('regression: modules are initialised once, and before anything is consumed', async () => {
    const again = await Scene.start();
    const send = { topic: names.checkIns, key: 'k', value: Buffer.from('first'), headers: {} };
    await again.log.append([send]);
    const { steps, consumed } = again.probe.app.get(ProbeController);
    expect(await until(() => consumed.length > 0, 20_000)).toBe(true);
    expect(steps).toEqual(['init begins', 'init done', 'consumed']);
    await again.end();
  });

  test('given a backlog, none of it is consumed before the modules have taken up their state', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'coxa-backlog-'));
    const { log, close } = await openEmbedded(dataDir, systemClock);
    await log.ensureTopics([{ topic: names.checkIns, partitions: 1 }]);
    await log.append([{ topic: names.checkIns, key: 'k', value: Buffer.from('waiting'), headers: {} }]);
    await close();
    const probe = await startProbe(dataDir);
    const { steps, consumed } = probe.app.get(ProbeController);
    expect(await until(() => consumed.length > 0, 20_000)).toBe(true);
    expect(steps).toEqual(['init begins', 'init done', 'consumed']);
    await probe.stop();
    await rm(dataDir, { recursive: true });
  });

  test('given a port that is taken, the start fails, lets go of the folder, and leaves nothing running', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'coxa-port-'));
    await expect(startProbe(dataDir, undefined, scene.probe.port)).rejects.toThrow(
      /COXA_PORT is \d+; expected a port that nobody else uses/,
    );
    const probe = await startProbe(dataDir);
    await probe.stop();
    await rm(dataDir, { recursive: true });
  });
});
