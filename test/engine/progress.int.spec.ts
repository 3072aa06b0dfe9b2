import { openEmbedded } from '@coxa/adapter-embedded';
import { type MessageLog, Progress, systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

const topic = 'check-ins';
const group = 'program';

describe('how far consumers have come', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let log: MessageLog;
  let close: () => Promise<void>;
  let progress: Progress;
  const append = async (count: number) => {
    for (let i = 0; i < count; i++)
      await log.append([{ topic, key: 'ana', value: Buffer.from('{}'), headers: {} }]);
  };
  const at = (offset: number) => ({ topic, partition: 0, offset });
  const consumeElsewhere = async (until: number) => {
    const stop = new AbortController();
    await log.consume({ group, topics: [topic], signal: stop.signal }, async ({ messages, commit }) => {
      await commit(messages.at(-1)!.offset + 1);
      if (messages.at(-1)!.offset + 1 >= until) stop.abort();
    });
  };

  beforeEach(async () => {
    folder = await tempFolder();
    ({ log, close } = await openEmbedded(folder.path, systemClock));
    await log.ensureTopics([{ topic, partitions: 1 }]);
    progress = new Progress(log);
  });
  afterEach(async () => {
    await close();
    await folder.remove();
  });

  test('given a partition that is handled here, when a message of it is waited for, then it is passed once it is told, not before', async () => {
    await append(3);
    progress.assigned(group, topic, [0]);
    const tell = progress.teller(group, topic, 0, 0);
    let passed = '';
    const waiting = progress.passed(group, at(1), 60_000).then((how) => (passed = how));
    tell(1);
    // Long enough for the log to be asked as well: it knows of nothing.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(passed).toBe('');
    tell(2);
    expect(await waiting).toBe('here');
  });

  test('given a partition that is handled elsewhere, when the group has committed a message, then it is passed somewhere', async () => {
    await append(2);
    const waiting = progress.passed(group, at(1), 60_000);
    await consumeElsewhere(2);
    expect(await waiting).toBe('somewhere');
  });

  test('given what another process handled before the partition came here, when it is waited for, then it does not count as handled here', async () => {
    await append(2);
    await consumeElsewhere(2);
    await append(1);
    progress.assigned(group, topic, [0]);
    progress.teller(group, topic, 0, 2)(3);
    expect(await progress.passed(group, at(0), 60_000)).toBe('somewhere');
    expect(await progress.passed(group, at(2), 60_000)).toBe('here');
  });

  test('given a batch begun under an older assignment, when it ends, then what lies between is not taken for handled here', async () => {
    await append(9);
    progress.assigned(group, topic, [0]);
    const old = progress.teller(group, topic, 0, 0);
    progress.assigned(group, topic, []);
    await consumeElsewhere(9);
    await append(1);
    progress.assigned(group, topic, [0]);
    old(2);
    progress.teller(group, topic, 0, 9)(10);
    expect(await progress.passed(group, at(5), 60_000)).toBe('somewhere');
  });

  test('given somebody who waits here, when the partition goes to another process, then the log is asked', async () => {
    await append(1);
    progress.assigned(group, topic, [0]);
    const waiting = progress.passed(group, at(0), 60_000);
    progress.assigned(group, topic, []);
    await consumeElsewhere(1);
    expect(await waiting).toBe('somewhere');
  });

  test('given offsets that nobody was told, when they are waited for, then they are unknown; given nobody who handles, then it is too late', async () => {
    await append(1);
    progress.assigned(group, topic, [0]);
    expect(await progress.passed(group, at(1), 60_000)).toBe('unknown');
    expect(await progress.passed(group, { topic, partition: 7, offset: 0 }, 60_000)).toBe('unknown');
    expect(await progress.passed(group, at(0), 1)).toBe('late');
  });

  test('given a topic with messages, when all of it is waited for, then it is passed once the group has handled what lay there', async () => {
    await append(2);
    expect(await progress.passedAll(group, topic, 1)).toBe(false);
    const waiting = progress.passedAll(group, topic, 60_000);
    await consumeElsewhere(2);
    expect(await waiting).toBe(true);
    expect(await progress.passedAll(group, topic, 1)).toBe(true);
  });
});
