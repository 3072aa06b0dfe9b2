/** What a writer is to do: in its first argument, as JSON. */
export interface Plan {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly records: number;
  readonly bytes: number;
}

/** As many appends under way at once as an ingest service has requests. */
export const inFlight = 128;

export const plan = (): Plan => JSON.parse(process.argv[2]!) as Plan;

export interface Said {
  readonly perSecond: number;
  /** CPU of the process, µs a record. */
  readonly cpuUs: number;
}

/** Tells the bench, on the one line it waits for. */
export function say(records: number, ms: number, { user, system }: NodeJS.CpuUsage): void {
  const said: Said = { perSecond: records / (ms / 1_000), cpuUs: (user + system) / records };
  process.stdout.write(`\nsaid ${JSON.stringify(said)}\n`);
}
