import type { StreamingRead } from '@eventstore/db-client';
import { EngineError } from '@coxa/eventing';

/**
 * Everything that a read yields. The client sets reads no deadline, keeps the call open when its reader stops early, and raises an error that
 * comes after that in nobody's hands, which would end the process: all three are dealt with here.
 */
export async function readAllOf<T>(read: StreamingRead<T>, idleMs: number): Promise<T[]> {
  const items: T[] = [];
  read.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new EngineError('storage-failed', `the event store did not answer in ${idleMs} ms`)),
      idleMs,
    );
  });
  const reading = (async () => {
    for await (const item of read) {
      timer!.refresh();
      items.push(item);
    }
  })();
  try {
    await Promise.race([reading, late]);
    return items;
  } finally {
    clearTimeout(timer);
    reading.catch(() => undefined);
    // Once the call is over this does nothing; the call itself may never have come about.
    read.cancel().catch(() => undefined);
  }
}
