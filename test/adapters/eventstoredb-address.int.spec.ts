import { randomBytes } from 'node:crypto';
import { openEventStoreDb } from '@coxa/adapter-eventstoredb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Certificates, makeCertificates, opensslThere } from '../support/eventstoredb/certificates.js';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';
import { freePort } from '../support/free-port.js';
import { tempFolder } from '../support/temp-folder.js';

const masterKey = randomBytes(32);
const times = { answerMs: 5_000, retryMs: 500 };

/** Opens, writes, reads and closes; what went wrong, undefined when nothing did. */
async function tried(url: string): Promise<unknown> {
  try {
    const opened = await openEventStoreDb({ url, prefix: 'coxa', masterKey, times });
    await opened.keyring.keyFor('p');
    await opened.close();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('addresses of an event store (on a STAND-IN)', () => {
  let server: EventStoreStandIn;
  beforeAll(async () => void (server = await EventStoreStandIn.start()));
  afterAll(() => server.stop());

  test.each(['esdb+discover', 'kurrentdb+discover', 'kurrentdb', 'kurrent', 'kdb'])(
    'given %s, when it is opened, then the node is found',
    async (scheme) => {
      expect(await tried(server.url.replace(/^esdb/, scheme))).toBeUndefined();
    },
  );

  test('given several hosts of which one does not answer, when it is opened, then the other is used', async () => {
    const gone = await freePort();
    const { port } = server.network;
    expect(await tried(`esdb://127.0.0.1:${gone},127.0.0.1:${port}?tls=false`)).toBeUndefined();
  });

  test.each([
    ['an option that nobody knows', 'esdb://admin:topsecret@127.0.0.1:PORT?tls=false&colour=red'],
    ['a broken option', 'esdb://admin:topsecret@127.0.0.1:PORT?tls=perhaps'],
    ['a file that is not there', 'esdb://admin:topsecret@127.0.0.1:PORT?tls=true&tlsCAFile=/no/such/ca.crt'],
    ['a broken password', 'esdb://admin:%topsecret@127.0.0.1:PORT?tls=true'],
  ])('regression: given %s, when it is opened, then nobody prints the password', async (_what, url) => {
    const said: unknown[] = [];
    const ears = (['warn', 'log', 'error'] as const).map((way) =>
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void said.push(...words)),
    );
    const fault = await tried(url.replace('PORT', String(server.network.port)));
    for (const ear of ears) ear.mockRestore();
    expect(`${String(fault)} ${said.join(' ')}`).not.toContain('topsecret');
    if (fault) expect(fault).toMatchObject({ code: 'backend-unfit' });
  });
});

(opensslThere ? describe : describe.skip)(
  'an event store with a certificate and users (on a STAND-IN, needs openssl)',
  () => {
    let folder: Awaited<ReturnType<typeof tempFolder>>;
    let certificates: Certificates;
    let server: EventStoreStandIn;

    beforeAll(async () => {
      folder = await tempFolder();
      certificates = makeCertificates(folder.path);
      server = await EventStoreStandIn.start({ ...certificates, user: 'admin:change:it' });
    });
    afterAll(async () => {
      await server.stop();
      await folder.remove();
    });
    const url = (user: string, more = `&tlsCAFile=${encodeURIComponent(certificates.authority)}`) =>
      `esdb://${user}127.0.0.1:${server.network.port}?tls=true${more}`;

    test('given its authority and a user, whose password may hold a colon, when it is opened, then it can be used', async () => {
      expect(await tried(url('admin:change%3Ait@'))).toBeUndefined();
      expect(await tried(url('admin:change:it@'))).toBeUndefined();
    });

    test('given no user, or a wrong password, when it is opened, then the fault says what to put into the address', async () => {
      for (const user of ['', 'admin:wrong@'])
        expect(String(await tried(url(user)))).toMatch(/put a user that may read \$all/);
    });

    test('given an authority that is not named, when it is opened, then the fault says what to do, unless the address says not to look', async () => {
      expect(String(await tried(url('admin:change:it@', '')))).toMatch(/tlsCAFile in COXA_EVENTSTORE_URL/);
      expect(await tried(url('admin:change:it@', '&tlsVerifyCert=false'))).toBeUndefined();
    });
  },
);
