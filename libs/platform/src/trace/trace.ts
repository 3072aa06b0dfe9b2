import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

const storage = new AsyncLocalStorage<string>();
const shape = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const zero = /^0+$/;

/**
 * The `traceparent` (W3C Trace Context, level 1) of a piece of work: the caller's trace with a span of our own,
 * or a new trace when the caller sent none that is valid.
 */
export function traceparentFrom(received: string | undefined): string {
  const [, traceId = '', parentId = '', flags = '00'] = shape.exec(received ?? '') ?? [];
  const known = traceId !== '' && !zero.test(traceId) && !zero.test(parentId);
  return `00-${known ? traceId : randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${known ? flags : '00'}`;
}

/** Runs `work` and all that follows from it under a trace. */
export const withTrace = <T>(traceparent: string, work: () => T): T => storage.run(traceparent, work);

/** The trace of the work at hand, for the headers of what it writes to the log. */
export const currentTraceparent = (): string | undefined => storage.getStore();
