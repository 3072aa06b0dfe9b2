import { pause } from '@coxa/eventing';

/** From this many items a batch on a follower counts as busy. */
const busyItems = 24;
const lingerMs = 10;

/** A follower under load rests a moment, so that its work comes in larger portions and costs less a piece. A quiet one never waits. */
export const linger = (items: number, signal: AbortSignal): Promise<void> =>
  items >= busyItems && items < 200 ? pause(lingerMs, signal) : Promise.resolve();
