import { eventVersions } from './event-versions.js';
import { MalformedError } from './malformed.js';

export type EventData = Readonly<Record<string, unknown>>;

/** Makes the data of version n + 1 from that of version n. Pure: old events give the same new ones for ever. */
export type Upcaster = (data: EventData) => EventData;

/** What is known of versions: the present one of each event, and the steps to it by `name.v<from>`. */
export interface Versions {
  readonly present: Readonly<Record<string, number>>;
  readonly steps: Readonly<Record<string, Upcaster>>;
}

/** Coxa's own. Every event still is in its first version, so there is no step yet. */
export const versions: Versions = { present: eventVersions, steps: {} };

/** An event in its present version, without the prefix and suffix of the wire. */
export interface PresentEvent {
  readonly name: string;
  readonly data: EventData;
}

/**
 * Brings an event of any version that was ever written to the present one.
 * @throws MalformedError for a name or version that is not known: it must be parked, never guessed at
 */
export function upcast(wireType: string, data: EventData, { present, steps } = versions): PresentEvent {
  const [, name, written] = /^coxa\.([a-z-]+)\.v([1-9]\d{0,3})$/.exec(wireType) ?? [];
  const last = name !== undefined && Object.hasOwn(present, name) ? present[name] : undefined;
  if (name === undefined || last === undefined || Number(written) > last)
    throw new MalformedError(`no version of ${wireType} is known here`);
  let raised = data;
  for (let version = Number(written); version < last; version++) {
    const step = steps[`${name}.v${version}`];
    if (!step) throw new MalformedError(`there is no way from version ${version} of ${name} to the next`);
    raised = step(raised);
  }
  return { name, data: raised };
}
