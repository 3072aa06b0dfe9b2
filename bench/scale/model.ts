/** What one person does in a day. Assumed; the model is only as good as these. */
export const person = {
  checkIns: 2,
  /** Recordings: three of ten minutes a week, one sensor. */
  recordedSeconds: (3 * 600) / 7,
  samplesPerSecond: 50,
  /** A batch a second. */
  batchesPerSecond: 1,
} as const;

/** A tenth of a day's work comes in its busiest hour, and twice as much of it in that hour's busiest minutes. */
const peak = (0.1 / 3600) * 2;

/** What was measured (`bench/README.md`), per unit. */
export const costs = {
  /** CPU of all three services for a check-in with a look at the programme, s. */
  checkInCpu: (1_989 + 1_506 + 1_794) / 1e6,
  /**
   * CPU of ingest and program for a batch of 50 samples as JSON, s. Up to the rate that was measured each is a request, a commit and a fetch by
   * itself; where many go together they share these.
   */
  batchCpu: { alone: (1_235 + 1_935) / 1e6, aloneUpToPerSecond: 200, together: (230 + 660) / 1e6 },
  /** CPU of measuring a sample: one in 0.8 million a second (the limit that the bench holds), s. */
  sampleCpu: 1 / 0.8e6,
  checkInLogBytes: 2_262,
  /** As it lies on Kafka, with what is said around it; packed in embedded storage. */
  sampleBytes: 34,
  packedSampleBytes: 8,
  copies: 3,
} as const;

export interface Need {
  readonly checkInsPerSecond: number;
  readonly batchesPerSecond: number;
  readonly cores: number;
  readonly logMegabytesPerSecond: number;
  /** A day, all copies. */
  readonly gigabytesADay: number;
  readonly packedGigabytesADay: number;
  /** In every instance. */
  readonly registryGigabytes: number;
}

/** What so many people need, in the busiest minutes of the day. */
export function needOf(people: number, registryBytes: number): Need {
  const checkIns = people * person.checkIns;
  const seconds = people * person.recordedSeconds;
  const samples = seconds * person.samplesPerSecond;
  const batches = seconds * person.batchesPerSecond;
  const { alone, aloneUpToPerSecond, together } = costs.batchCpu;
  const batchCpu = batches * peak > aloneUpToPerSecond ? together : alone;
  const logBytes = samples * costs.sampleBytes + checkIns * costs.checkInLogBytes;
  return {
    checkInsPerSecond: checkIns * peak,
    batchesPerSecond: batches * peak,
    cores: (checkIns * costs.checkInCpu + batches * batchCpu + samples * costs.sampleCpu) * peak,
    logMegabytesPerSecond: (logBytes * peak) / 1e6,
    gigabytesADay: (logBytes * costs.copies) / 1e9,
    packedGigabytesADay: (samples * costs.packedSampleBytes + checkIns * costs.checkInLogBytes) / 1e9,
    registryGigabytes: (people * registryBytes) / 1e9,
  };
}
