import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Environment } from '@coxa/platform/local';
import { fault, type Finding, ok, warning } from './finding.js';

const oldestNode = [20, 19] as const;
const scarceBytes = 5e9;
const leastBytes = 500e6;

export function nodeFindings(version = process.versions.node): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const old = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  return [
    old
      ? fault('node', 'this machine', `Node ${version} is too old`, `use ${oldestNode.join('.')} or later`)
      : ok('node', 'this machine', `Node ${version}`),
  ];
}

/** Room on the disk of a folder, or of the one that it will be made in. */
export async function diskFindings(folder: string): Promise<Finding[]> {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const says = `${(free / 1e9).toFixed(1)} GB free`;
  const advice = 'make room: on a full disk nothing more is taken in';
  if (free < leastBytes) return [fault('disk', there, says, advice)];
  return [free < scarceBytes ? warning('disk', there, says, advice) : ok('disk', there, says)];
}

/** Names that look like settings and are none. */
export const strangers = (env: Environment, names: readonly string[]): Finding[] =>
  names.map((name) =>
    warning(
      'configuration',
      name,
      `${name} is set${env[name] ? '' : ', to nothing,'} and is no setting`,
      'correct its name, or remove it; docs/reference/configuration.md lists them all',
    ),
  );
