import { randomBytes } from 'node:crypto';
import { openEventStoreDb } from '@coxa/adapter-eventstoredb';
import { until } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';

describe('positions that outlive the views (on a STAND-IN)', () => {
  test('given some idle seconds, when a position moves on, then it is saved all the same: another process sees it', async () => {
    const server = await EventStoreStandIn.start();
    const settings = { url: server.url, prefix: 'coxa', masterKey: randomBytes(32) };
    const publisher = await openEventStoreDb(settings);
    const reader = await openEventStoreDb(settings);
    const seen = async () => (await reader.lasting.positions('relay-program'))['events'];
    await publisher.lasting.commit('relay-program', [], { events: 1 });
    expect(await until(async () => (await seen()) === 1, 10_000)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await publisher.lasting.commit('relay-program', [], { events: 2 });
    expect(await until(async () => (await seen()) === 2, 10_000)).toBe(true);
    await publisher.close();
    await reader.close();
    await server.stop();
  }, 40_000);

  test('regression: given a position whose stream could not be limited, when the server takes it again, then it is limited from its first event on', async () => {
    const server = await EventStoreStandIn.start();
    const settings = { url: server.url, prefix: 'coxa', masterKey: randomBytes(32) };
    const publisher = await openEventStoreDb(settings);
    server.faults.protectedPrefix = '$$coxa:position';
    await publisher.lasting.commit('relay-program', [], { events: 1 });
    const failed = await until(
      () =>
        publisher.lasting.commit('relay-program', [], { events: 2 }).then(
          () => false,
          () => true,
        ),
      20_000,
    );
    expect(failed).toBe(true);
    server.faults.protectedPrefix = undefined;
    await publisher.lasting.commit('relay-program', [], { events: 3 });
    await publisher.close();
    expect(server.book.stream('coxa:position-relay-program')).toHaveLength(1);
    expect(server.book.stream('$$coxa:position-relay-program')).toHaveLength(1);
    await server.stop();
  }, 40_000);
});
