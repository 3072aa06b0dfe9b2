import { resolve } from 'node:path';
import { type Config, ConfigError, loadConfig, unknownSettings } from '@coxa/platform/local';
import { folderFindings, keyFindings } from '../doctor/data-folder.js';
import { fault, faultFrom, type Finding, ok } from '../doctor/finding.js';
import { diskFindings, nodeFindings, strangers } from '../doctor/machine.js';
import { runningFindings } from '../doctor/running-server.js';
import { serverFindings } from '../doctor/servers.js';
import { printJson } from '../output.js';

/** Looks at everything that Coxa needs and tells what is wrong, where, and what to do. Changes nothing; exit code 1 when there is a fault. */
export async function doctor({ json }: { readonly json?: boolean }): Promise<void> {
  const findings = await examine(process.env);
  const sound = findings.every(({ state }) => state !== 'fault');
  if (json) printJson({ ok: sound, findings });
  else print(findings);
  if (!sound) process.exitCode = 1;
}

async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const findings = [...nodeFindings(), ...strangers(env, unknownSettings(env))];
  let config: Config;
  try {
    config = loadConfig(env, 3000);
    findings.push(
      ok(
        'configuration',
        'the environment',
        `log ${config.log}, events ${config.events}, views ${config.views}`,
      ),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      ...findings,
      ...error.faults.map(settingFault),
      ...(await guarded('disk', resolve(env['COXA_DATA_DIR'] || './data'), diskFindings)),
    ];
  }
  const { dataDir } = config;
  const rest = await Promise.all([
    guarded('disk', dataDir, diskFindings),
    guarded('data folder', dataDir, () => folderFindings(config)),
    guarded('keys', dataDir, () => keyFindings(config)),
    guarded('server', dataDir, runningFindings),
    serverFindings(config),
  ]);
  return [...findings, ...rest.flat()];
}

/** What a look stumbles over is a finding too. */
const guarded = (
  what: string,
  where: string,
  look: (where: string) => Promise<Finding[]>,
): Promise<Finding[]> => look(where).catch((error: unknown) => [faultFrom(what, where, error)]);

/** `NAME is "value"; expected what` */
function settingFault(words: string): Finding {
  const [says = words, expected = ''] = words.split('; expected ');
  return fault('configuration', words.split(' ')[0]!, says, `set it to ${expected}`);
}

function print(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { state, what, where, says, advice } of findings) {
    console.log(`${(state === 'fault' ? 'FAULT' : state).padEnd(8)}${what.padEnd(width)}  ${where}: ${says}`);
    if (advice) console.log(`${' '.repeat(8 + width)}  → ${advice}`);
  }
  const count = (wanted: Finding['state']) => findings.filter(({ state }) => state === wanted).length;
  console.log(`\n${count('fault')} faults, ${count('warning')} warnings, ${count('ok')} in order`);
}
