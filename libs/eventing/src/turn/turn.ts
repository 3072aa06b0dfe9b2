/** What one process of several may do at a time: folding a view, publishing the outbox. */
export interface Turn {
  /** Asks for the turn, and keeps it, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Does the task each time the turn is this process's; its signal aborts when the turn is lost. @throws what the task throws */
  whileHeld(signal: AbortSignal, task: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Whether somebody has been given the turn since this process asks for it. */
  readonly settled: boolean;
}

/** The turn of a process that has no others beside it. */
export const ownTurn: Turn = {
  settled: true,
  run: (signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  whileHeld: (signal, task) => task(signal),
};
