export interface Beat {
  /** Why the group no longer counts on this member, once it does not. */
  readonly failure: unknown;
  stop(): void;
}

/** Keeps a member of a group alive through long work: kafkajs sends a heartbeat only between batches. */
export function beating(heartbeat: () => Promise<void>, everyMs: number): Beat {
  let failure: unknown;
  const timer = setInterval(() => {
    heartbeat().catch((error: unknown) => {
      failure ??= error;
      clearInterval(timer);
    });
  }, everyMs);
  return {
    get failure() {
      return failure;
    },
    stop: () => clearInterval(timer),
  };
}
