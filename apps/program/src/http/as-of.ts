import { MalformedError, parseInstant } from '@coxa/contracts';
import type { Clock } from '@coxa/eventing';

/** Weeks to come are closed provisionally, one after the other: asked for thousands of them, the service would answer nobody else for a minute. */
const furthestMs = 10 * 366 * 86_400_000;

/**
 * The instant at which a state is asked for, epoch ms: now when none is given.
 * @throws MalformedError for one that lies more than ten years ahead
 */
export function instantAsOf(asOf: string | undefined, clock: Clock): number {
  const now = clock.now();
  const at = asOf === undefined ? now : parseInstant(asOf)!;
  if (at > now + furthestMs) throw new MalformedError('lies more than ten years ahead', { query: 'asOf' });
  return at;
}
