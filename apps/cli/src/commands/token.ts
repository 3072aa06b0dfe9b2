import { resolve } from 'node:path';
import { roles, type Role } from '@coxa/contracts';
import { issueToken } from '@coxa/platform/local';
import { CommandFailed, WrongUse } from '../output.js';

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads `12h`, `30m`, `7d` as seconds. */
export function seconds(text: string): number {
  const match = /^(\d+)([smhd])$/.exec(text);
  if (!match) throw new WrongUse(`--expires is ${text}; expected a number and s, m, h or d, such as 12h`);
  return Number(match[1]) * units[match[2]!]!;
}

/** What a care team, and a patient or a device, can be called: a token for another name would open nothing. */
const people = /^[A-Za-z0-9._:@-]{1,128}$/;
const ids = /^[A-Za-z0-9._:-]{1,128}$/;

/** Prints a token for the local key, as its last line. Needs nothing but the key file. */
export async function token({
  role,
  subject,
  expires,
}: {
  role?: string;
  subject?: string;
  expires: string;
}): Promise<void> {
  // Not left to the parser: it would name what is missing before what is misspelt.
  if (role === undefined || subject === undefined)
    throw new WrongUse(
      `token needs --${role === undefined ? 'role' : 'subject'}, such as: coxa token --role clinician --subject dr-lee`,
    );
  if (!roles.includes(role as Role))
    throw new WrongUse(`--role is ${role}; expected one of ${roles.join(', ')}`);
  if (!(role === 'patient' || role === 'device' ? ids : people).test(subject))
    throw new WrongUse(`--subject is "${subject}"; expected an id, or a name such as dr-lee, without spaces`);
  const dataDir = resolve(process.env['COXA_DATA_DIR'] ?? './data');
  try {
    console.log(await issueToken(dataDir, { role: role as Role, subject, expiresInS: seconds(expires) }));
  } catch (error) {
    if (error instanceof WrongUse) throw error;
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new CommandFailed(
        `the signing key in ${dataDir}/keys cannot be read, or is none; restore it from a backup`,
      );
    throw new CommandFailed(
      `there is no signing key in ${dataDir}; start Coxa once with npm start, or set COXA_DATA_DIR`,
    );
  }
}
