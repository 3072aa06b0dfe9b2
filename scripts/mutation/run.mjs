import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/** `npm run mutation -- PATH…`: the mutants of these files and folders, or of the whole domain; what is known and unchanged is kept. */
const domain = 'libs/domain/src';
const soFar = 'reports/mutation-so-far.json';
const wanted = process.argv.slice(2);
const missing = wanted.filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.error(`no such file or folder: ${missing.join(', ')}`);
  process.exit(2);
}

/**
 * Of a mutant that is evaluated when its module loads, Stryker does not know which tests reach it: it would be kept as survived
 * though a new test kills it. One that ran out of time on the clock, not by going round without end, says more of the machine than of
 * the tests. Those are asked again each time.
 */
function forgetDoubtful() {
  const report = JSON.parse(readFileSync(soFar, 'utf8'));
  for (const file of Object.values(report.files))
    file.mutants = file.mutants.filter(
      ({ status, statusReason, coveredBy = [] }) =>
        (status !== 'Survived' || coveredBy.length > 0) && (status !== 'Timeout' || Boolean(statusReason)),
    );
  writeFileSync(soFar, JSON.stringify(report));
}
if (existsSync(soFar)) forgetDoubtful();

const patterns = (wanted.length > 0 ? wanted : [domain]).map((path) =>
  statSync(path).isDirectory() ? `${path.replace(/\/$/, '')}/**/*.ts` : path,
);
const mutate = [...patterns, `!${domain}/**/*.spec.ts`].join(',');
const stryker = ['stryker', 'run', 'scripts/mutation/stryker.config.mjs', '--mutate', mutate];
const { status } = spawnSync('npx', stryker, { stdio: 'inherit' });
process.exit(status ?? 1);
