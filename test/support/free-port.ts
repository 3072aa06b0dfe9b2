import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what any system gives to outgoing connections (from 32768 on Linux, 49152 elsewhere): only who asks for one of these by its number has it. */
const first = 12_000;
const perWorker = 1_000;
/** Test files that run at once look in places of their own. */
const worker = (Number(process.env['JEST_WORKER_ID'] ?? 1) - 1) % 20;
let next = Math.floor(Math.random() * perWorker);

/** A port of loopback that nobody uses, for a server that is to be started on it, or again after it was ended. @throws Error when all are in use */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < perWorker; tries++) {
    const port = first + worker * perWorker + (next++ % perWorker);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first + worker * perWorker} on is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
