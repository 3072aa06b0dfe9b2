import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startServers } from './servers.js';

/** Starts the servers of a runtime (`distributed` or `mixed`), runs a command that finds them in its environment, and stops them. */
const [runtime, program, ...args] = process.argv.slice(2);
const servers = await startServers(runtime as 'distributed' | 'mixed');
console.log(servers.told);
try {
  const child = spawn(program!, args, { stdio: 'inherit', env: { ...process.env, ...servers.env } });
  const [code] = (await once(child, 'close')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await servers.stop();
}
