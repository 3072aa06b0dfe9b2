import { EngineError } from '@coxa/eventing';
import { ConfigError } from '../config.js';

/** What the file system may refuse at a start, and what to do about it. */
const refusals: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there; give it the right to, or choose another folder with COXA_DATA_DIR',
  EPERM: 'this user may not write there; give it the right to, or choose another folder with COXA_DATA_DIR',
  EROFS: 'it is on a file system that can only be read; choose another folder with COXA_DATA_DIR',
  ENOTDIR: 'a part of it is a file; choose another folder with COXA_DATA_DIR',
  ENOSPC: 'the disk is full; free some space, or choose another folder with COXA_DATA_DIR',
};
/** Of a folder to be made, whose parent is there. */
const noFolder = 'no folder can be made there; choose another folder with COXA_DATA_DIR';

/** What is told when a service does not start: one line with what to do where that is known, else the whole error. */
export function startErrorOf(error: unknown): unknown {
  if (error instanceof ConfigError || error instanceof EngineError) return error.message;
  const { code, path, syscall } = (error ?? {}) as { code?: unknown; path?: unknown; syscall?: unknown };
  const known = syscall === 'mkdir' ? { ...refusals, ENOENT: noFolder } : refusals;
  const refusal = typeof code === 'string' ? known[code] : undefined;
  return refusal === undefined || typeof path !== 'string' ? error : `${path}: ${refusal} (${String(code)})`;
}
