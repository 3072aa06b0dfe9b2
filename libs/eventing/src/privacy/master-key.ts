import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { EngineError } from '../errors.js';
import { makeFolder } from '../util/make-folder.js';

/**
 * Reads the 32-byte key that wraps the keys of patients, or makes one that only its owner can read. Several processes may start at once: the
 * file appears whole, and the first stands. @throws EngineError `corrupt`
 */
export function masterKey(path: string): Uint8Array {
  if (!existsSync(path)) make(path);
  const key = Buffer.from(readFileSync(path, 'utf8'), 'base64url');
  if (key.length !== 32)
    throw new EngineError('corrupt', `${path} is not a master key; restore it from a backup`);
  return key;
}

function make(path: string): void {
  makeFolder(dirname(path));
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, randomBytes(32).toString('base64url'), { mode: 0o600, flush: true });
  try {
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(fresh);
  }
}
