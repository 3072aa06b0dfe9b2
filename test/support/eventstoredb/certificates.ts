import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const opensslThere = spawnSync('openssl', ['version']).status === 0;

export interface Certificates {
  /** Path of the certificate of an authority that nobody knows. */
  readonly authority: string;
  /** For 127.0.0.1, signed by it. */
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/** Certificates of an authority of one's own, made with openssl in a folder. @throws Error with what openssl says */
export function makeCertificates(folder: string): Certificates {
  const run = (...args: string[]): void => {
    const { status, stderr } = spawnSync('openssl', args, { cwd: folder });
    if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr.toString()}`);
  };
  const signed = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  run('req', '-x509', ...signed, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=authority of a test');
  run(
    ...['req', '-x509', ...signed, '-keyout', 'server.key', '-out', 'server.crt', '-subj', '/CN=node'],
    ...['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
  );
  return {
    authority: join(folder, 'ca.crt'),
    certificate: readFileSync(join(folder, 'server.crt')),
    key: readFileSync(join(folder, 'server.key')),
  };
}
