#!/usr/bin/env node
// A committed plain file, so that npm can link it before anything is built; it builds on first use.
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../../scripts/build.mjs';

await ensureBuilt({ quiet: true });
const { run } = await import(fileURLToPath(new URL('../dist/index.js', import.meta.url)));
process.exitCode = await run(process.argv.slice(2));
