import { consumersOf, namesOf } from '@coxa/contracts';
import { type Config, topicsOf } from '@coxa/platform/local';
import { clockFindings, skewFindings } from './clocks.js';
import { masterKeyIn } from './data-folder.js';
import { fault, faultFrom, type Finding, ok, warning } from './finding.js';

/** From so many messages on a group counts as behind. */
const behind = 10_000;
const withoutSecrets = (url: string): string => url.replace(/\/\/[^/]*@/, '//***@');

/** Every server that the configuration names, side by side. */
export async function serverFindings(config: Config): Promise<Finding[]> {
  const { log, events, views, mqttUrl, oidc } = config;
  const looks: readonly (readonly [string, string, boolean, () => Promise<Finding[]>])[] = [
    ['kafka', config.kafka.brokers.join(', '), log === 'kafka', () => kafka(config)],
    [
      'event store',
      withoutSecrets(config.eventStoreUrl),
      events === 'eventstoredb',
      () => eventStore(config),
    ],
    ['redis', withoutSecrets(config.redisUrl), views === 'redis', () => redis(config)],
    ['mqtt', withoutSecrets(mqttUrl ?? ''), mqttUrl !== undefined, () => mqtt(mqttUrl!)],
    ['issuer', oidc?.issuer ?? '', oidc !== undefined, () => issuer(oidc!.issuer)],
  ];
  const found = looks
    .filter(([, , used]) => used)
    .map(([what, where, , look]) => look().catch((error: unknown) => [faultFrom(what, where, error)]));
  return (await Promise.all(found)).flat();
}

async function kafka(config: Config): Promise<Finding[]> {
  const { examineKafka } = await import('@coxa/adapter-kafka');
  const names = namesOf(config.prefix);
  const where = config.kafka.brokers.join(', ');
  const questions = { topics: topicsOf(config), consumers: consumersOf(names), newestOf: names.audit };
  const { brokers, missing, faults, groups, newestAt } = await examineKafka(config.kafka, questions);
  return [
    brokers < 3
      ? warning(
          'kafka',
          where,
          `${brokers} broker${brokers === 1 ? '' : 's'}: what one disk loses is lost`,
          'run three, on three machines, for data that matter',
        )
      : ok('kafka', where, `${brokers} brokers`),
    missing.length === 0
      ? ok('topics', where, `all ${questions.topics.length} are there`)
      : ok('topics', where, `${missing.length} are made at the first start, and may be`),
    ...faults.map((words) => faultFrom('topics', where, new Error(words))),
    ...groups.map(({ group, topic, lag, members }) => {
      const place = `${group} of ${topic}`;
      const says = `${lag} messages to go, ${members} member${members === 1 ? '' : 's'}`;
      if (lag > 0 && members === 0)
        return warning(
          'lag',
          place,
          says,
          `start the ${group} service: nobody handles what has been taken in`,
        );
      if (lag > behind) return warning('lag', place, says, `start more instances of the ${group} service`);
      return ok('lag', place, says);
    }),
    ...clockFindings('clock', 'the newest message of the cluster', newestAt),
  ];
}

async function eventStore({ eventStoreUrl, prefix, dataDir }: Config): Promise<Finding[]> {
  const { examineEventStoreDb } = await import('@coxa/adapter-eventstoredb');
  const where = withoutSecrets(eventStoreUrl);
  const masterKey = masterKeyIn(dataDir);
  const { version, claimed, newestAt } = await examineEventStoreDb({ url: eventStoreUrl, prefix, masterKey });
  const whose = claimed ? 'this installation' : masterKey ? 'nobody yet' : 'somebody, perhaps: no master key';
  return [
    ok('event store', where, `version ${version}, may be read and written, belongs to ${whose}`),
    ...(/[?&]tlsVerifyCert=false(&|$)/i.test(eventStoreUrl)
      ? [
          warning(
            'event store',
            where,
            'its certificate is not looked at: whoever stands between can read and change everything',
            'name its authority in tlsCAFile instead of tlsVerifyCert=false',
          ),
        ]
      : []),
    ...clockFindings('clock', 'the newest event of the event store', newestAt),
  ];
}

async function redis({ redisUrl, prefix }: Config): Promise<Finding[]> {
  const { examineRedis } = await import('@coxa/adapter-redis');
  const where = withoutSecrets(redisUrl);
  const seen = await examineRedis(redisUrl, prefix);
  const full = seen.maxBytes > 0 && seen.usedBytes > 0.85 * seen.maxBytes;
  const memory = `${(seen.usedBytes / 1e6).toFixed(0)} MB used${seen.maxBytes > 0 ? ` of ${(seen.maxBytes / 1e6).toFixed(0)}` : ''}`;
  return [
    ok('redis', where, `version ${seen.version}${seen.cluster ? ', a cluster' : ''}, may be used`),
    full
      ? warning('memory', where, memory, 'raise maxmemory: a full Redis takes no more views')
      : ok('memory', where, memory),
    ...skewFindings('clock', where, seen.aheadMs, seen.doubtMs),
  ];
}

/** Only that somebody listens: what the broker allows shows when ingest connects. */
async function mqtt(url: string): Promise<Finding[]> {
  const { connect } = await import('node:net');
  const { hostname, port, protocol } = new URL(url);
  const where = withoutSecrets(url);
  const number = Number(port || (protocol === 'mqtts:' ? 8883 : 1883));
  const why = await new Promise<string | undefined>((resolve) => {
    const socket = connect({ host: hostname, port: number, timeout: 3_000 });
    const end = (words?: string) => {
      socket.destroy();
      resolve(words);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('no answer in 3 s'));
    socket.once('error', ({ message }) => end(message));
  });
  return [
    why === undefined
      ? ok('mqtt', where, 'somebody listens')
      : fault('mqtt', where, `cannot be reached (${why})`, 'start the broker, or correct COXA_MQTT_URL'),
  ];
}

async function issuer(address: string): Promise<Finding[]> {
  const path = `${address.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const found = await fetch(path, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok: fine, status }) => (fine ? undefined : `answers ${status}`),
    (error: unknown) => `cannot be reached (${error instanceof Error ? error.message : 'unknown'})`,
  );
  return [
    found === undefined
      ? ok('issuer', address, 'tells its keys')
      : fault('issuer', path, found, 'correct COXA_OIDC_ISSUER, or see that it can be reached from here'),
  ];
}
