// Writes docs/reference/rules from the ruleset. A test fails when the two differ.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';

await ensureBuilt({ quiet: true });
const { defaultRuleset, rulePages } = await import('../libs/domain/dist/index.js');
const folder = fileURLToPath(new URL('../docs/reference/rules/', import.meta.url));
const pages = rulePages(defaultRuleset);
await mkdir(folder, { recursive: true });
for (const name of await readdir(folder)) if (!pages.has(name)) await rm(join(folder, name));
for (const [name, text] of pages) await writeFile(join(folder, name), text);
console.log(`${pages.size} pages in docs/reference/rules`);
