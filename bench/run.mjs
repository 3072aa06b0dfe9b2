// npm run bench -- <name>…: runs the named workloads (all without a name) and prints measured / limit.
import { readdirSync } from 'node:fs';

const dist = new URL('./dist/', import.meta.url);
const known = readdirSync(dist, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no workload is called ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exit(2);
}
let missed = 0;
for (const name of asked.length > 0 ? asked : known) {
  const { run } = await import(new URL(`${name}/index.js`, dist).href);
  if (!run) continue;
  console.log(`\n${name}`);
  for (const { name: what, measured, limit, unit = '', ok } of await run()) {
    missed += ok ? 0 : 1;
    console.log(`  ${ok ? 'ok    ' : 'MISSED'} ${what.padEnd(60)} ${measured} / ${limit} ${unit}`);
  }
}
process.exitCode = missed > 0 ? 1 : 0;
