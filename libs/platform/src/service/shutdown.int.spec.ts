import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@coxa/eventing';
import { firstAnswer, openRaw, parseAnswer, untilClosed } from '../../test/raw-client.js';
import { issueToken } from '../index.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

let dataDir: string;
let child: ChildProcess;
let port: number;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'coxa-stop-'));
  const loader = ['--conditions=coxa-source', '--import', path('../../test/swc-loader.mjs')];
  child = spawn(process.execPath, [...loader, path('../../test/probe-main.ts')], {
    env: { ...process.env, NODE_OPTIONS: '', COXA_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  port = Number(/port (\d+)/.exec(line.toString())![1]);
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  expect(await until(ready, 20_000)).toBe(true);
});

afterEach(async () => {
  child.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

async function open(route: string) {
  const token = await issueToken(dataDir, { role: 'operator', subject: 'ops' });
  const socket = await openRaw(
    port,
    `GET ${route} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { ended: once(socket, 'close'), text: () => text };
}

const stopped = async (): Promise<number> => {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = (await exit) as [number];
  return code;
};

test('given a request in flight and an open stream, SIGTERM finishes the one, closes the other and exits with 0', async () => {
  const slow = await open('/v1/slow');
  const stream = await open('/v1/stream');
  expect(await until(() => stream.text().includes(': open'), 20_000)).toBe(true);
  expect(existsSync(join(dataDir, 'server.json'))).toBe(true);

  expect(await stopped()).toBe(0);

  await Promise.all([slow.ended, stream.ended]);
  expect(parseAnswer(slow.text()).status).toBe(200);
  expect(stream.text()).toContain(': closed');
  expect(existsSync(join(dataDir, 'server.json'))).toBe(false);
});

test('given a connection kept alive, what it asks during the stop gets a problem document or a closed door', async () => {
  const slow = await open('/v1/slow');
  const kept = await openRaw(port, 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET /v1/list HTTP/1.1\r\n');
  const answered = await firstAnswer(kept);
  expect(answered.status).toBe(200);
  const rest = untilClosed(kept);
  const exit = stopped();
  await new Promise((resolve) => setTimeout(resolve, 100));
  kept.write('host: x\r\n\r\n');
  const second = await rest;
  expect(second.status).toBe(503);
  expect(JSON.parse(second.body)).toMatchObject({ code: 'overloaded' });
  expect(await exit).toBe(0);
  await slow.ended;
});

test('given clients that hold on to half a request, SIGTERM still exits with 0', async () => {
  const half = await openRaw(port, 'GET /health/live HTTP/1.1\r\nhost: x\r\n');
  // After 10 s the code would be 1.
  expect(await stopped()).toBe(0);
  half.destroy();
});

test('given kill -9, the next start takes the folder over at once', async () => {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  const { startProbe } = await import('../../test/probe.js');
  const again = await startProbe(dataDir);
  expect((await fetch(`${again.address}/health/live`)).status).toBe(200);
  await again.stop();
});
