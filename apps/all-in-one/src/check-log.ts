import { namesOf, parkableTopics, type ReadingBatch, sampleCount } from '@coxa/contracts';
import { EngineError, type LogMessage, type MessageLog, parkedTopic } from '@coxa/eventing';
import type { Config } from '@coxa/platform';
import { batchOf } from '@coxa/program';

/** What lies in the message log, each item counted once. */
export interface LogCounted {
  readonly checkIns: number;
  readonly batches: number;
  readonly samples: number;
  /** What cannot be read, with its place, one sentence each. */
  readonly faults: readonly string[];
}

const page = 1_000;

/** Reads the message log from its beginning. Of a partition that is damaged what lies behind the damage is neither read nor counted. */
export async function checkLog(log: MessageLog, { prefix, log: kind, dataDir }: Config): Promise<LogCounted> {
  const names = namesOf(prefix);
  const faults: string[] = [];
  const checkIns = new Set<string>();
  const batches = new Set<string>();
  let samples = 0;
  const reading = new Reading(log, faults);
  for await (const message of reading.all(names.checkIns)) checkIns.add(message.headers['ce_id'] ?? '');
  for await (const message of reading.all(names.readings)) {
    const batch = readable(message, faults);
    if (!batch || batches.has(message.headers['ce_id']!)) continue;
    batches.add(message.headers['ce_id']!);
    samples += sampleCount(batch);
  }
  // Kafka sees to its own files.
  if (kind === 'embedded') {
    const rest = [names.programEvents, names.alarmEvents, names.registry, names.audit];
    for (const topic of [...rest, ...parkableTopics(names).map(parkedTopic)]) await reading.through(topic);
    faults.push(...(await onDiskAlone(dataDir, faults)));
  }
  return { checkIns: checkIns.size, batches: batches.size, samples, faults };
}

/** The newest messages come from memory, and databases are read through caches: the files are looked at by themselves. */
async function onDiskAlone(dataDir: string, known: readonly string[]): Promise<string[]> {
  const { examineFolder } = await import('@coxa/adapter-embedded');
  return examineFolder(dataDir).damage.filter((fault) => !known.some((other) => other.startsWith(fault)));
}

class Reading {
  constructor(
    private readonly log: MessageLog,
    private readonly faults: string[],
  ) {}

  async *all(topic: string): AsyncIterable<LogMessage> {
    for (const { partition, start, end } of await this.log.offsets(topic))
      for (let from = start; from < end;) {
        const messages = await this.portion(topic, partition, from);
        if (messages.length === 0) break;
        yield* messages;
        from = messages.at(-1)!.offset + 1;
      }
  }

  async through(topic: string): Promise<void> {
    for await (const _message of this.all(topic));
  }

  private async portion(topic: string, partition: number, from: number): Promise<LogMessage[]> {
    try {
      return await this.log.read(topic, partition, from, page);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'corrupt') throw error;
      this.faults.push(error.message);
      return [];
    }
  }
}

function readable(message: LogMessage, faults: string[]): ReadingBatch | undefined {
  try {
    return batchOf(message);
  } catch (error) {
    faults.push(
      `${message.topic}/${message.partition}@${message.offset} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
    );
    return undefined;
  }
}
