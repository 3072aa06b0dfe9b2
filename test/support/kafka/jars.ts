import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pom = fileURLToPath(new URL('pom.xml', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache/coxa/', import.meta.url));
const folder = join(cache, 'kafka-4.3.1');

/** The class path of a Kafka broker, fetched once (55 MB) with Maven. */
export async function kafkaClassPath(): Promise<string> {
  if (!existsSync(folder)) await fetchJars();
  return join(folder, '*');
}

async function fetchJars(): Promise<void> {
  await mkdir(cache, { recursive: true });
  // Into a folder of its own first: two test files may come here at once, and one may be interrupted.
  const fresh = mkdtempSync(join(cache, 'fetching-'));
  try {
    const args = ['-q', '-B', '-f', pom, 'dependency:copy-dependencies'];
    const maven = spawn('mvn', [...args, `-DoutputDirectory=${fresh}`, '-DincludeScope=runtime'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    maven.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    maven.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(maven, 'close')) as [number | null];
    if (code !== 0 || readdirSync(fresh).length === 0)
      throw new Error(`Maven could not fetch Kafka's jars (exit ${code}):\n${said.slice(-2_000)}`);
    if (!existsSync(folder)) renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
