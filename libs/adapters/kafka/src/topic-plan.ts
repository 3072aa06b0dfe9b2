import type { TopicSpec } from '@coxa/eventing';

/** A reading batch may be 4 MiB; with its headers it must fit into one message. */
export const largestMessage = 6 * 1024 * 1024;

/** How safe the copies of a topic must be: with three or more, two have a message before it counts as written. */
export const leastInSync = (replication: number): number => (replication >= 3 ? 2 : 1);

/** Settings of a new topic. Nothing is removed unless that was asked for. */
export function settingsOf({ compacted, retention }: TopicSpec, replication: number): Record<string, string> {
  return {
    'cleanup.policy': compacted ? 'compact' : 'delete',
    'retention.ms': String(Math.floor(retention?.maxAgeMs ?? -1)),
    'retention.bytes': String(Math.floor(retention?.maxBytes ?? -1)),
    'min.insync.replicas': String(leastInSync(replication)),
    'unclean.leader.election.enable': 'false',
    'max.message.bytes': String(largestMessage),
    'message.timestamp.type': 'LogAppendTime',
  };
}

export interface TopicSeen {
  readonly partitions: number;
  readonly replication: number;
  readonly settings: Readonly<Record<string, string>>;
}

/** What of an existing topic would lose data or order, each with what to do; empty when it is sound. */
export function faultsOf(spec: TopicSpec, seen: TopicSeen, brokers: number): string[] {
  const { topic, partitions } = spec;
  if (seen.partitions !== partitions)
    return [
      `${topic} has ${seen.partitions} partitions, ${partitions} are asked for (COXA_KAFKA_PARTITIONS); keys would change their order`,
    ];
  const faults: string[] = [];
  const setting = (name: string) => seen.settings[name] ?? '';
  const alter = (name: string, value: string) =>
    `kafka-configs --alter --entity-type topics --entity-name ${topic} --add-config ${name}=${value}`;
  if (seen.replication < Math.min(3, brokers) && brokers >= 3)
    faults.push(
      `${topic} has ${seen.replication} copies of each partition in a cluster of ${brokers} brokers; reassign it to 3`,
    );
  const least = leastInSync(seen.replication);
  if (Number(setting('min.insync.replicas')) < least)
    faults.push(
      `${topic} has min.insync.replicas=${setting('min.insync.replicas')}: a message on one disk would count as written; ${alter('min.insync.replicas', String(least))}`,
    );
  if (setting('unclean.leader.election.enable') === 'true')
    faults.push(
      `${topic} has unclean.leader.election.enable=true: a copy that lacks messages may take over; ${alter('unclean.leader.election.enable', 'false')}`,
    );
  if (Number(setting('max.message.bytes')) < largestMessage)
    faults.push(
      `${topic} has max.message.bytes=${setting('max.message.bytes')}: a large batch would be refused; ${alter('max.message.bytes', String(largestMessage))}`,
    );
  return [...faults, ...cleanupFaults(spec, setting, alter)];
}

/** A move gives receive times with the messages until it is finished; a topic somebody else made with the broker's defaults looks alike. */
const cutShort = (setting: (name: string) => string): string =>
  setting('message.timestamp.type') === 'CreateTime'
    ? ' (if a move into it was cut short, run coxa move again instead)'
    : '';

function cleanupFaults(
  { topic, compacted, retention }: TopicSpec,
  setting: (name: string) => string,
  alter: (name: string, value: string) => string,
): string[] {
  const wanted = compacted ? 'compact' : 'delete';
  if (setting('cleanup.policy') !== wanted)
    return [
      `${topic} has cleanup.policy=${setting('cleanup.policy')}; expected ${wanted}, else records disappear; ${alter('cleanup.policy', wanted)}${cutShort(setting)}`,
    ];
  if (compacted) return [];
  const limits = { 'retention.ms': retention?.maxAgeMs, 'retention.bytes': retention?.maxBytes };
  return Object.entries(limits).flatMap(([name, asked]) => {
    const kept = Number(setting(name));
    const needed = Math.floor(asked ?? -1);
    const enough = kept < 0 || (needed >= 0 && kept >= needed);
    return enough
      ? []
      : [
          `${topic} has ${name}=${setting(name)}: it would remove what is to be kept; ${alter(name, String(needed))}`,
        ];
  });
}
