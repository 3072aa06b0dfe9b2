import { deriveId, nameId, type RegistryFact, storedJson } from '@coxa/contracts';
import type { LogMessage, ParkedMessage } from '@coxa/eventing';

export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export const nameOf = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`;

/** No message lies there: what retention has taken from the log must not be looked for among others. */
const nowhere = Number.MAX_SAFE_INTEGER;

/** A fact of the registry names the position of its event, which is another in the new store. */
export function rewriteFact(
  message: LogMessage,
  positions: ReadonlyMap<string, number>,
): Pick<LogMessage, 'value'> {
  const position = positions.get(message.headers['ce_id'] ?? '');
  if (position === undefined) return message;
  const fact = storedJson(message.value) as RegistryFact;
  return { value: Buffer.from(JSON.stringify({ ...fact, position })) };
}

/** Where the originals of messages that are set aside lay. */
export function originOf({ headers }: LogMessage): Place | undefined {
  const parked = headers['coxa_parked'];
  return parked === undefined ? undefined : (JSON.parse(parked) as ParkedMessage).origin;
}

/**
 * What is set aside names the place of its original, and is named after it: both are others on the cluster. A name that stayed could be that
 * of another message one day, which would then be taken for one that was dealt with.
 */
export class ParkedNames {
  private readonly renamed = new Map<string, string>();

  /** `places`: new place of each original, by the old one's name. */
  constructor(private readonly places: ReadonlyMap<string, Place | undefined>) {}

  rewrite({ headers }: LogMessage): Pick<LogMessage, 'headers'> {
    const { coxa_parked: parked, coxa_released: released } = headers;
    if (parked !== undefined) return { headers: { ...headers, coxa_parked: this.parked(parked) } };
    if (released === undefined) return { headers };
    const gone = JSON.parse(released) as { readonly id: string };
    const id = this.renamed.get(gone.id) ?? gone.id;
    return { headers: { ...headers, coxa_released: JSON.stringify({ ...gone, id }) } };
  }

  private parked(text: string): string {
    const parked = JSON.parse(text) as ParkedMessage;
    const place = this.places.get(nameOf(parked.origin));
    const origin = place ?? { ...parked.origin, offset: nowhere };
    const id = place ? deriveId(`${parked.group}/${nameOf(place)}`, 0) : nameId(`moved/${parked.id}`);
    this.renamed.set(parked.id, id);
    return JSON.stringify({ ...parked, id, origin });
  }
}
