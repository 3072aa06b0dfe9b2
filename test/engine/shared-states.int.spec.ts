import { openEmbedded } from '@coxa/adapter-embedded';
import {
  CommandHandler,
  type Decider,
  EngineError,
  type EventCodec,
  type EventStore,
  systemClock,
} from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

interface Counted {
  readonly by: string;
}
type Command =
  { readonly kind: 'once'; readonly by: string } | { readonly kind: 'refuse-unless'; readonly count: number };

const decider: Decider<readonly string[], Command, Counted> = {
  initialState: () => [],
  decide(command, state) {
    if (command.kind === 'once') return state.includes(command.by) ? [] : [{ by: command.by }];
    if (state.length !== command.count) throw new EngineError('undecodable', `it stands at ${state.length}`);
    return [];
  },
  evolve: (state, { by }) => [...state, by],
};
const codec: EventCodec<Counted> = {
  encode: ({ by }) => ({ type: 'counted.v1', data: Buffer.from(by) }),
  decode: ({ data }) => ({ by: Buffer.from(data).toString() }),
};

describe('states of streams that other processes write too', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let events: EventStore;
  let close: () => Promise<void>;
  const handler = () =>
    new CommandHandler({ store: events, decider, codec, streamOf: (id) => id, shared: true });
  const once = (by: string) => ({ messageId: by, command: { kind: 'once', by } as const });
  const stored = async () => (await events.readStream('s')).map(({ data }) => Buffer.from(data).toString());

  beforeEach(async () => {
    folder = await tempFolder();
    ({ events, close } = await openEmbedded(folder.path, systemClock));
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  test('given a state that another process has gone on from, when something is decided on it, then it is decided again on the newest', async () => {
    const [one, other] = [handler(), handler()];
    await one.handle('s', once('a'));
    await other.handle('s', once('b'));
    await one.handle('s', once('c'));
    expect(await stored()).toEqual(['a', 'b', 'c']);
    expect(await one.inspect('s', (state) => state)).toEqual(['a', 'b', 'c']);
  });

  test('given what another process has handled, when it comes here too, then nothing is appended and its event counts as seen', async () => {
    const [one, other] = [handler(), handler()];
    await one.handle('s', once('a'));
    const { position } = await other.handle('s', once('b'));
    await one.handle('s', once('b'));
    expect(await stored()).toEqual(['a', 'b']);
    expect(one.seen).toBeGreaterThanOrEqual(position!);
  });

  test('given an old state that would refuse, when the newest would not, then it is not refused', async () => {
    const [one, other] = [handler(), handler()];
    await one.handle('s', once('a'));
    await other.handle('s', once('b'));
    const outcome = await one.run('s', [{ messageId: 'r', command: { kind: 'refuse-unless', count: 2 } }]);
    expect(outcome).toEqual({ events: [], done: 1, position: null });
  });

  test('given a state that is kept, when it is looked at without need of the newest, then the store is not asked', async () => {
    const [one, other] = [handler(), handler()];
    await one.handle('s', once('a'));
    await other.handle('s', once('b'));
    expect(await one.inspectKept('s', (state) => state)).toEqual(['a']);
    expect(await one.inspect('s', (state) => state)).toEqual(['a', 'b']);
  });

  test('given somebody who began to look before something was decided here, when it has been, then what was decided is shown without asking the store', async () => {
    const one = handler();
    await one.handle('s', once('a'));
    const since = performance.now();
    await one.handle('s', once('b'));
    const asked = jest.spyOn(events, 'readStream');
    expect(await one.inspect('s', (state) => state, since)).toEqual(['a', 'b']);
    expect(asked).not.toHaveBeenCalled();
    await handler().handle('s', once('c'));
    expect(await one.inspect('s', (state) => state)).toEqual(['a', 'b', 'c']);
  });

  test('given orders that are given here alone, when nothing follows from one, then the store is not asked, until others may have given some', async () => {
    const one = handler();
    await one.handle('s', once('a'));
    await handler().handle('s', once('b'));
    const refuse = { messageId: 'r', command: { kind: 'refuse-unless', count: 1 } as const };
    const asked = jest.spyOn(events, 'readStream');
    expect((await one.run('s', [refuse], { alone: true })).error).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
    one.forget('s');
    expect((await one.run('s', [refuse], { alone: true })).error).toBeInstanceOf(EngineError);
  });

  test('given something that is forgotten while it is being decided, when that has ended, then it is not kept after all', async () => {
    const one = handler();
    await one.handle('s', once('a'));
    const append = events.append.bind(events);
    jest.spyOn(events, 'append').mockImplementationOnce((...given) => {
      one.forget();
      return append(...given);
    });
    await one.handle('s', once('b'));
    await handler().handle('s', once('c'));
    expect(await one.inspectKept('s', (state) => state)).toEqual(['a', 'b', 'c']);
  });
});
