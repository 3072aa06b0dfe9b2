import { randomBytes } from 'node:crypto';
import { openEventStoreDb } from '@coxa/adapter-eventstoredb';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';
import { freePort } from '../support/free-port.js';

const masterKey = randomBytes(32);
const times = { answerMs: 1_000, retryMs: 200 };

const open = (url: string, key: Uint8Array = masterKey) =>
  openEventStoreDb({ url, prefix: 'coxa', masterKey: key, times });

const refusal = (url: string, key?: Uint8Array) =>
  open(url, key).then(
    async (opened) => {
      await opened.close();
      return undefined;
    },
    (error: unknown) => error,
  );

describe('an event store that cannot be used, at the start (on a STAND-IN)', () => {
  let server: EventStoreStandIn;
  beforeEach(async () => void (server = await EventStoreStandIn.start()));
  afterEach(() => server.stop());

  test('given nobody at the address, when it is opened, then the fault says where, why and what to do, without the password', async () => {
    const port = await freePort();
    const fault = await refusal(`esdb://user:topsecret@127.0.0.1:${port}?tls=false`);
    expect(fault).toMatchObject({ code: 'backend-unfit' });
    expect(String(fault)).toMatch(`esdb://***@127.0.0.1:${port}`);
    expect(String(fault)).toMatch(/start it, or correct COXA_EVENTSTORE_URL/);
    expect(String(fault)).not.toContain('topsecret');
  });

  test('given a server that never answers, when it is opened, then the wait has an end', async () => {
    server.faults.mute = true;
    expect(await refusal(server.url)).toMatchObject({ code: 'backend-unfit' });
  });

  test('given a version that lacks what is needed, when it is opened, then it is refused with both versions', async () => {
    server.faults.version = '21.10.2';
    expect(String(await refusal(server.url))).toMatch(/version 21\.10\.2: use 23\.10 or later/);
  });

  test('given no permission, when it is opened, then the fault says so', async () => {
    server.faults.denied = true;
    expect(String(await refusal(server.url))).toMatch(/Access Denied.*a user that may read \$all/i);
  });

  test('given TLS where there is none, when it is opened, then the fault says what to set', async () => {
    expect(String(await refusal(server.url.replace('tls=false', 'tls=true')))).toMatch(/tls=false/);
  });

  test('given another master key than the one the installation began with, when it is opened, then it is refused', async () => {
    expect(await refusal(server.url)).toBeUndefined();
    expect(await refusal(server.url)).toBeUndefined();
    expect(String(await refusal(server.url, randomBytes(32)))).toMatch(/another master key/);
  });

  test('given the newer name in the address, when it is opened, then the client understands it', async () => {
    const opened = await open(server.url.replace('esdb:', 'kurrentdb:'));
    expect(await opened.answers()).toBe(true);
    await opened.close();
  });
});
