import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readSigningKey } from '@coxa/platform/local';
import { clockFindings } from './clocks.js';
import { fault, type Finding, ok, warning } from './finding.js';

/** Rights of the folder, what is stored in it, and who has it open. */
export async function folderFindings({ dataDir, log, events }: Config): Promise<Finding[]> {
  if (!existsSync(dataDir))
    return [ok('data folder', dataDir, 'is not there yet; it is made at the first start')];
  const findings = [...rights('data folder', dataDir, 0o077)];
  const embedded = log === 'embedded' || events === 'embedded';
  if (!embedded) return findings;
  const { examineFolder } = await import('@coxa/adapter-embedded');
  const seen = examineFolder(dataDir);
  findings.push(
    ...seen.damage.map((words) =>
      fault('storage', dataDir, words, 'stop the server and restore the file from a backup'),
    ),
  );
  if (seen.damage.length === 0)
    findings.push(ok('storage', dataDir, `${seen.segments} segments and the databases are sound`));
  findings.push(
    ok('lock', dataDir, seen.heldBy ? `in use by process ${seen.heldBy}` : 'nobody has it open'),
    ...clockFindings('clock', 'the newest message of the log', seen.newestAt),
  );
  return findings;
}

/** The key that signs tokens and the one that wraps patients' keys. Without the second no note can be read. */
export async function keyFindings({ dataDir, events }: Config): Promise<Finding[]> {
  const folder = join(dataDir, 'keys');
  const [signing, master] = [join(folder, 'signing.jwk.json'), join(folder, 'master.key')];
  if (!existsSync(signing) && !existsSync(master))
    return events === 'embedded'
      ? [ok('keys', folder, 'are not there yet; they are made at the first start')]
      : [
          warning(
            'keys',
            folder,
            'there are none: this process would make keys of its own',
            'give it the folder keys of the other instances, unless it is the first',
          ),
        ];
  const findings: Finding[] = [];
  if (existsSync(signing)) {
    const sound = await readSigningKey(dataDir).then(
      () => true,
      () => false,
    );
    findings.push(
      sound
        ? ok('keys', signing, 'signs tokens')
        : fault('keys', signing, 'is no signing key', 'restore it from a backup'),
      ...rights('keys', signing, 0o037),
    );
  }
  if (existsSync(master))
    findings.push(
      masterKeyIn(dataDir)
        ? ok('keys', master, 'wraps the keys of patients')
        : fault('keys', master, 'is no master key', 'restore it from a backup'),
      ...rights('keys', master, 0o037),
    );
  return findings;
}

/** The master key; undefined when there is none that is sound. */
export function masterKeyIn(dataDir: string): Uint8Array | undefined {
  try {
    const key = Buffer.from(readFileSync(join(dataDir, 'keys', 'master.key'), 'utf8'), 'base64url');
    return key.length === 32 ? key : undefined;
  } catch {
    return undefined;
  }
}

/** `strangers` are the permission bits that nobody else should have. */
function rights(what: string, path: string, strangers: number): Finding[] {
  const { mode } = statSync(path);
  const folder = what === 'data folder';
  try {
    accessSync(path, folder ? constants.R_OK | constants.W_OK | constants.X_OK : constants.R_OK);
  } catch {
    return [
      fault(
        what,
        path,
        `this user may not ${folder ? 'read and write' : 'read'} it`,
        'run as the user who owns it',
      ),
    ];
  }
  if ((mode & strangers) === 0) return folder ? [ok(what, path, 'readable by its owner alone')] : [];
  return [
    warning(
      what,
      path,
      `other users of this machine may read it (${(mode & 0o777).toString(8)})`,
      `chmod ${folder ? '700' : '600'} ${path}`,
    ),
  ];
}
