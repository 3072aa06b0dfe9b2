import { describe, expect, test } from '@jest/globals';
import {
  columnsOf,
  headersOf,
  interleave,
  motionData,
  readJson,
  recordingsThere,
  type StreamHeader,
} from '../../testing/recordings.js';
import { offlineVqf, type OrientationTrack, Vqf } from './index.js';

interface Expected {
  readonly quat6D: number[][];
  readonly quat9D: number[][];
  readonly biasRadS: number[][];
  readonly rest: number[];
  readonly magDisturbed: number[];
}
interface Reference {
  readonly everyNthRow: number;
  readonly trials: Record<string, { readonly online: Expected; readonly offline: Expected }>;
}

const there = recordingsThere();
if (!there)
  console.warn(
    `the recordings in ${motionData} are not here: conformance with the reference filter was NOT tested`,
  );

/** Largest difference of any component, signs of quaternions left free. */
function worst(
  track: OrientationTrack,
  expected: Expected,
  every: number,
): { quat: number; bias: number; flags: number } {
  let quat = 0;
  let bias = 0;
  let flags = 0;
  expected.rest.forEach((rest, n) => {
    const row = n * every;
    for (const [found, wanted] of [
      [track.quat6D, expected.quat6D[n]!],
      [track.quat9D!, expected.quat9D[n]!],
    ] as const) {
      const dot = wanted.reduce((sum, value, k) => sum + value * found[row * 4 + k]!, 0);
      wanted.forEach((value, k) => {
        quat = Math.max(quat, Math.abs(value - Math.sign(dot) * found[row * 4 + k]!));
      });
    }
    expected.biasRadS[n]!.forEach((value, k) => {
      bias = Math.max(bias, Math.abs(value - track.bias[row * 3 + k]!));
    });
    if (track.rest[row] !== rest || track.magDisturbed[row] !== expected.magDisturbed[n]) flags++;
  });
  return { quat, bias, flags };
}

(there ? describe : describe.skip)('against the reference filter', () => {
  const reference = there ? readJson<Reference>(`${motionData}/broad/reference.json`) : undefined;
  test.each(there ? headersOf('broad') : [])(
    'given %s, then quaternions and bias are within 1e-9 and all flags the same',
    (path) => {
      const header = readJson<{ name: string; streams: [StreamHeader] }>(path);
      const [stream] = header.streams;
      const columns = columnsOf(path, stream);
      const samples = {
        acc: interleave(columns, 'acc'),
        gyr: interleave(columns, 'gyr'),
        mag: interleave(columns, 'mag'),
      };
      const period = stream.samplingPeriodS!;
      const { online, offline } = reference!.trials[header.name]!;
      for (const [track, expected] of [
        [new Vqf(period).process(samples), online],
        [offlineVqf(samples, period), offline],
      ] as const) {
        const { quat, bias, flags } = worst(track, expected, reference!.everyNthRow);
        expect(quat).toBeLessThan(1e-9);
        expect(bias).toBeLessThan(1e-9);
        expect(flags).toBe(0);
      }
    },
  );
});
