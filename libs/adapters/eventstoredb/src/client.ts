import { readFileSync } from 'node:fs';
import { type Credentials, EventStoreDBClient } from '@eventstore/db-client';
import { parseConnectionString } from '@eventstore/db-client/dist/Client/parseConnectionString.js';
import { clientAddress } from './address.js';

/**
 * A client that sends each append as a call of its own. Its batch appends share one stream for the whole process: an error of one would reject
 * all that wait, of other streams and even other clients, and an answer that never comes is waited for without end. It chooses them by
 * asking what the server supports.
 * @throws Error when the address cannot be understood, or a file that it names is not there
 */
export function newClient(url: string): EventStoreDBClient {
  const client = connected(clientAddress(url));
  Object.assign(client, { supports: () => Promise.resolve(false) });
  return client;
}

/**
 * As the client's own `connectionString`, which prints the whole address, password included, beside an option that it does not know, takes a
 * password only up to its first colon, and cannot do `tlsVerifyCert=false`.
 */
function connected(address: string): EventStoreDBClient {
  const [, scheme = '', user, rest = ''] = /^([^:]+:\/\/)?(?:([^/?]*)@)?(.*)$/s.exec(address)!;
  const trusting = /([?&])tlsVerifyCert=false(?=&|$)/i;
  const { hosts, dnsDiscover, tls, tlsCAFile, userCertFile, userKeyFile, ...settings } =
    parseConnectionString(scheme + rest.replace(trusting, '$1tlsVerifyCert=true'));
  const [first] = hosts;
  if (!first) throw new Error('the address names no host');
  const where = dnsDiscover ? { discover: first } : hosts.length > 1 ? { endpoints: hosts } : undefined;
  const trust = {
    insecure: tls === false,
    ...read('rootCertificate', tlsCAFile),
    ...read('userCertFile', userCertFile),
    ...read('userKeyFile', userKeyFile),
    ...(trusting.test(rest)
      ? { verifyOptions: { rejectUnauthorized: false, checkServerIdentity: () => undefined } }
      : {}),
  };
  // Each has its own constructor; what is common to them is not seen by the compiler.
  return where
    ? new EventStoreDBClient({ ...where, ...settings } as never, trust, credentialsOf(user))
    : new EventStoreDBClient({ endpoint: first, ...settings }, trust, credentialsOf(user));
}

const read = (name: string, file: string | undefined): Record<string, Buffer> =>
  file === undefined ? {} : { [name]: readFileSync(file) };

function credentialsOf(user: string | undefined): Credentials | undefined {
  if (!user) return undefined;
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/s.exec(user)!;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** The server's version as it tells it; `unknown` when it is too old to tell. */
export async function serverVersion(client: EventStoreDBClient): Promise<string> {
  const { serverVersion: version } = await (
    client as unknown as { readonly capabilities: Promise<{ readonly serverVersion: string }> }
  ).capabilities;
  return version;
}
