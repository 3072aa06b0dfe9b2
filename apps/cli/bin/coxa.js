#!/usr/bin/env node
// A committed plain file, so that npm can link it before anything is built; it builds on first use.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const builder = new URL('../../../scripts/build.mjs', import.meta.url);
// A container image holds what was built, and nothing to build it from.
if (existsSync(builder)) {
  const { ensureBuilt } = await import(builder.href);
  await ensureBuilt({ quiet: true });
}
const { run } = await import(fileURLToPath(new URL('../dist/index.js', import.meta.url)));
process.exitCode = await run(process.argv.slice(2));
