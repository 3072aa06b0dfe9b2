import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

/** `npm run mutation -- PATH…`: the mutants of these files and folders, or of the whole domain; what is known and unchanged is kept. */
const domain = 'libs/domain/src';
const wanted = process.argv.slice(2);
const missing = wanted.filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`no such file or folder: ${missing.join(', ')}`);
  process.exit(2);
}
const patterns = (wanted.length > 0 ? wanted : [domain]).map((path) =>
  statSync(path).isDirectory() ? `${path.replace(/\/$/, '')}/**/*.ts` : path,
);
const mutate = [...patterns, `!${domain}/**/*.spec.ts`].join(',');
const stryker = ['stryker', 'run', 'scripts/mutation/stryker.config.mjs', '--mutate', mutate];
const { status } = spawnSync('npx', stryker, { stdio: 'inherit' });
process.exit(status ?? 1);
