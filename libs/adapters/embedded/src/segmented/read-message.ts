import type { LogMessage } from '@coxa/eventing';

/**
 * A message as it was read. A class and no literal: V8 watches how long the objects of a literal live, and one collection that met a portion whole was
 * enough for it to make all further ones in old space. Reading then cost twice as much, and what was read stayed until the next full collection.
 */
export class ReadMessage implements LogMessage {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: number,
    readonly key: string,
    readonly value: Buffer,
    readonly headers: Readonly<Record<string, string>>,
    readonly appendedAt: number,
  ) {}
}
