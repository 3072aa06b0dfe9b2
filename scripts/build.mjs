// Compiles every workspace's `src` into its `dist`, and does nothing when nothing changed.
// SWC does the work (decorator metadata, a second for the whole tree); `npm run check` holds the types.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.coxa-build.json');

/** Builds when a source differs from what the last build saw. `quiet` keeps stdout clean for scripts. */
export async function ensureBuilt({ quiet = false } = {}) {
  const started = Date.now();
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const units = [
    ...workspaces.map((path) => ({ src: join(path, 'src'), dist: join(path, 'dist') })),
    { src: 'bench', dist: 'bench/dist' },
  ];
  const sources = (await Promise.all(units.map(sourcesOf))).flat();
  const hash = createHash('sha256')
    .update(readFileSync(join(root, '.swcrc')))
    .update(process.version);
  for (const { from } of sources) hash.update(relative(root, from)).update('\0').update(readFileSync(from));
  const stamp = hash.digest('hex');
  const complete = units.every(({ dist }) => existsSync(join(root, dist)));
  if (complete && existsSync(stampFile) && JSON.parse(readFileSync(stampFile, 'utf8')).stamp === stamp)
    return;

  const { transformFile } = await import('@swc/core');
  await Promise.all(units.map(({ dist }) => rm(join(root, dist), { recursive: true, force: true })));
  await Promise.all(sources.map((source) => emit(source, transformFile)));
  await Promise.all(units.map(({ dist }) => mkdir(join(root, dist), { recursive: true })));
  await writeFile(stampFile, JSON.stringify({ stamp }));
  if (!quiet) console.log(`built ${sources.length} files in ${Date.now() - started} ms`);
}

async function sourcesOf({ src, dist }) {
  const entries = await readdir(join(root, src), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.spec\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((from) => !from.startsWith(join(root, dist, '/')))
    .sort()
    .map((from) => ({ from, to: join(root, dist, relative(join(root, src), from)) }));
}

async function emit({ from, to }, transformFile) {
  await mkdir(dirname(to), { recursive: true });
  const target = to.replace(/\.ts$/, '.js');
  // Beside the code, not in it: a process keeps the text of all its modules in memory.
  const { code, map } = await transformFile(from, { configFile: join(root, '.swcrc'), sourceMaps: true });
  await writeFile(target, `${code}//# sourceMappingURL=${basename(target)}.map\n`);
  await writeFile(`${target}.map`, map);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBuilt();
