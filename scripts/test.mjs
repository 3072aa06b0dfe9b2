// Runs every suite this machine can run and closes with a table of backends and one line that counts all tests.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findEventStore } from './backends/eventstoredb.mjs';
import { findRedis } from './backends/redis.mjs';
import { findKafka } from './backends/kafka.mjs';

const outputFile = join(tmpdir(), `coxa-jest-${process.pid}.json`);
const args = [
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
  '--json',
  `--outputFile=${outputFile}`,
];
const child = spawn(process.execPath, [...args, ...process.argv.slice(2)], {
  stdio: ['inherit', 'ignore', 'inherit'],
});
const exitCode = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));

const results = JSON.parse(readFileSync(outputFile, 'utf8'));
rmSync(outputFile, { force: true });

const required = new Set((process.env.COXA_REQUIRE ?? '').split(',').filter(Boolean));
const mosquitto = ['mosquitto', '/usr/sbin/mosquitto'].some(
  (program) => spawnSync(program, ['-h']).error === undefined,
);
const redis = await findRedis();
const eventStore = await findEventStore();
const kafka = await findKafka();
const backends = [
  ['embedded', 'tested', ''],
  mosquitto
    ? ['mosquitto', 'tested', '']
    : ['mosquitto', 'skipped', 'not on this machine (Debian: apt-get install mosquitto)'],
  kafka.by === 'none' ? ['kafka', 'skipped', kafka.why] : ['kafka', 'tested', `by ${kafka.by}`],
  eventStore.by === 'STAND-IN'
    ? [
        'eventstoredb',
        'STAND-IN',
        'not the real server: give its address in COXA_EVENTSTORE_URL, or have Docker and its image',
      ]
    : ['eventstoredb', 'tested', `by ${eventStore.by}`],
  redis.by === 'none' ? ['redis', 'skipped', redis.why] : ['redis', 'tested', `by ${redis.by}`],
];
console.log('\nBackends');
for (const [name, state, why] of backends)
  console.log(`  ${name.padEnd(14)}${state}${why ? `: ${why}` : ''}`);
const missing = backends
  .filter(([name, state]) => required.has(name) && state !== 'tested')
  .map(([name]) => name);
if (missing.length > 0)
  console.log(`\nCOXA_REQUIRE asks for ${missing.join(', ')}: not tested, so this run fails.`);

const {
  numPassedTests: passed,
  numFailedTests,
  numPendingTests,
  numTodoTests,
  numRuntimeErrorTestSuites,
} = results;
const failed = numFailedTests + numRuntimeErrorTestSuites + missing.length;
console.log(`\n${passed} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
process.exitCode = failed > 0 ? 1 : exitCode;
