import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

let folder: Awaited<ReturnType<typeof tempFolder>>;

beforeEach(async () => {
  folder = await tempFolder();
});

afterEach(() => folder.remove());

const refusalOf = (dataDir: string, env = {}): Promise<string> =>
  Server.start({ dataDir, env }).then(
    async (server) => {
      await server.stop();
      return 'it started';
    },
    (error: unknown) => String(error),
  );

test('regression: given a first start that failed because the port was taken, then the next one still says how to log in', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  expect(await refusalOf(folder.path, { COXA_PORT: String(port) })).toContain(`COXA_PORT is ${port}`);
  other.close();
  const server = await Server.start({ dataDir: folder.path });
  await server.stop();
  expect(server.log()).toContain('A token for clinician dr-lee');
  const again = await Server.start({ dataDir: folder.path });
  await again.stop();
  expect(again.log()).not.toContain('A token for clinician');
});

const asRoot = process.getuid?.() === 0;
// Nothing is forbidden to root but what no file system has.
const forbidden = () => (asRoot ? '/sys/coxa' : join(folder.path, 'closed', 'data'));

(!asRoot || existsSync('/sys/kernel') ? test : test.skip)(
  'regression: given a data folder that may not be written, then one line says which and what to do, and no stack',
  async () => {
    if (!asRoot) await chmod(folder.path, 0o500);
    const refusal = await refusalOf(forbidden());
    await chmod(folder.path, 0o700);
    expect(refusal).toContain(`${asRoot ? forbidden() : folder.path}`);
    expect(refusal).toContain('choose another folder with COXA_DATA_DIR');
    expect(refusal).not.toMatch(/ {4}at /);
  },
);

(existsSync('/proc/self') ? test : test.skip)(
  'regression: given a data folder below /proc, then the start is refused; it hung for ever',
  async () => {
    const refusal = await refusalOf('/proc/coxa/data');
    expect(refusal).toContain('/proc/coxa: no folder can be made there; choose another');
    expect(refusal).not.toMatch(/ {4}at /);
  },
);

test.each([
  ['a data folder below a file', 'a-file/data', 'a-file/data: a part of it is a file'],
  ['a signing key that is none', 'data', 'signing.jwk.json is not a signing key'],
])('regression: given %s, then one line says what to do, and no stack', async (_what, name, says) => {
  await mkdir(join(folder.path, 'data', 'keys'), { recursive: true });
  await writeFile(join(folder.path, 'data', 'keys', 'signing.jwk.json'), 'no key');
  await writeFile(join(folder.path, 'a-file'), '');
  const refusal = await refusalOf(join(folder.path, name));
  expect(refusal).toContain(says);
  expect(refusal).not.toMatch(/file:\/\/.*dist/);
});
