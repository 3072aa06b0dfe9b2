import type { EventStore, StoredEvent } from '@coxa/eventing';

/** Revisions no further apart than this are read in one go. */
const near = 100;

/**
 * The events of one stream at the given revisions, in the order asked for.
 * Views that list events keep only where each lies: an entry is a few bytes, and what is shown is the event itself, in its present version.
 */
export async function eventsAt(
  store: EventStore,
  stream: string,
  revisions: readonly number[],
): Promise<StoredEvent[]> {
  const found = new Map<number, StoredEvent>();
  for (const [from, to] of runsOf(revisions))
    for (const event of await store.readStream(stream, { from, limit: to - from + 1 }))
      found.set(event.revision, event);
  return revisions.map((revision) => {
    const event = found.get(revision);
    if (!event) throw new Error(`${stream} holds no revision ${revision}: rebuild the view that names it`);
    return event;
  });
}

function runsOf(revisions: readonly number[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  for (const revision of [...revisions].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && revision - run[1] <= near) run[1] = revision;
    else runs.push([revision, revision]);
  }
  return runs;
}
