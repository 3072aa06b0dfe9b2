import { MalformedError } from './malformed.js';

/** Where a write stands: in the message log, or in the event store. Opaque to everybody outside. */
export type Position =
  | { readonly in: 'log'; readonly topic: string; readonly partition: number; readonly offset: number }
  | { readonly in: 'events'; readonly position: number };

export function formatPosition(position: Position): string {
  const parts =
    position.in === 'log'
      ? ['l', position.topic, position.partition, position.offset]
      : ['e', position.position];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws MalformedError for anything that `formatPosition` cannot have made */
export function parsePosition(text: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (cause) {
    throw new MalformedError('this position was never given out', { cause, query: 'after' });
  }
  const position = Array.isArray(parts) ? fromParts(parts) : undefined;
  if (!position || formatPosition(position) !== text)
    throw new MalformedError('this position was never given out', { query: 'after' });
  return position;
}

function fromParts(parts: readonly unknown[]): Position | undefined {
  const [kind, first, partition, offset] = parts;
  if (kind === 'e' && parts.length === 2 && isCount(first)) return { in: 'events', position: first };
  if (
    kind === 'l' &&
    parts.length === 4 &&
    typeof first === 'string' &&
    isCount(partition) &&
    isCount(offset)
  )
    return { in: 'log', topic: first, partition, offset };
  return undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
