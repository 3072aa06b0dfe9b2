/** A member of a group in a process of its own: says each message it handles, and each batch it has committed, as a line of JSON. */
import { openKafka } from '@coxa/adapter-kafka';

const { brokers, group, topic, sessionTimeoutMs, handleMs, maxMessages } = JSON.parse(
  process.argv[2]!,
) as MemberPlan;

export interface MemberPlan {
  readonly brokers: readonly string[];
  readonly group: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
  /** How long a batch takes. */
  readonly handleMs: number;
  readonly maxMessages: number;
}

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const log = await openKafka({ brokers, sessionTimeoutMs });
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await log.consume(
  {
    group,
    topics: [topic],
    maxMessages,
    signal: stop.signal,
    onAssigned: (places) => say({ assigned: places.map(({ partition }) => partition) }),
  },
  async ({ partition, messages, commit }) => {
    const ids = messages.map(({ headers }) => headers['ce_id']);
    say({ begun: ids, partition, from: messages[0]!.offset });
    await new Promise((resolve) => setTimeout(resolve, handleMs));
    say({ handled: ids, partition });
    await commit(messages.at(-1)!.offset + 1);
  },
);
await log.close();
