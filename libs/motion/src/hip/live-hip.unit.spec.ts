import { describe, expect, test } from '@jest/globals';
import {
  columnsOf,
  headersOf,
  interleave,
  motionData,
  readJson,
  recordingsThere,
} from '../../testing/recordings.js';
import type { RecordingHeader } from '../recording/header.js';
import type { Quaternion } from '../recording/sensor-stream.js';
import { LiveHip } from './live-hip.js';

const there = recordingsThere();
if (!there) console.warn(`the recordings in ${motionData} are not here: live angles were NOT tested`);

interface TruthHeader extends RecordingHeader {
  readonly truth: { readonly stream: NonNullable<RecordingHeader['streams']>[number] };
}

/** Goes through a session in chunks of `size` rows, neutral poses as the header has them. */
function live(path: string, size: number): { rotation: number[]; zeroed: boolean[]; reps: number } {
  const header = readJson<TruthHeader>(path);
  const sensors = header.streams!.map((stream) => {
    const columns = columnsOf(path, stream);
    return { acc: interleave(columns, 'acc'), gyr: interleave(columns, 'gyr') };
  });
  const [pelvisMounting, thighMounting] = header.streams!.map(
    ({ mounting }) => mounting as unknown as Quaternion,
  );
  const hip = new LiveHip({
    periodS: 0.01,
    side: header.side === 'L' ? 'left' : 'right',
    pelvisMounting: pelvisMounting!,
    thighMounting: thighMounting!,
    thresholdDeg: 8,
  });
  const rotation: number[] = [];
  const zeroed: boolean[] = [];
  let reps = 0;
  for (let row = 0; row < header.outputRows!; row += size) {
    const [pelvis, thigh] = sensors.map(({ acc, gyr }) => ({
      acc: acc.subarray(row * 3, (row + size) * 3),
      gyr: gyr.subarray(row * 3, (row + size) * 3),
    }));
    const t = row / 100;
    const neutral = header.neutralPoses!.some(([from, to]) => t >= from && t + size / 100 <= to);
    const answer = hip.process(pelvis!, thigh!, neutral);
    rotation.push(...answer.internalRotationDeg);
    zeroed.push(...new Array<boolean>(answer.internalRotationDeg.length).fill(answer.zeroed));
    reps += answer.reps.length;
  }
  return { rotation, zeroed, reps };
}

(there ? describe : describe.skip)('live angles', () => {
  test.each(there ? headersOf('hybrid').filter((path) => path.includes('hybrid-')) : [])(
    'given %s in chunks, when the neutral poses are told, then internal rotation stays within 1°',
    (path) => {
      const header = readJson<TruthHeader>(path);
      const truth = columnsOf(path, header.truth.stream)['truthInternalRotationDeg']!;
      const { rotation, zeroed } = live(path, 10);
      const counted = rotation.map((value, i) => value - truth[i]!).filter((_, i) => zeroed[i]);
      expect(counted.length).toBeGreaterThan(5000);
      expect(Math.sqrt(counted.reduce((sum, value) => sum + value * value, 0) / counted.length)).toBeLessThan(
        1,
      );
    },
  );

  test('given the same session in other chunks that keep to the poses, then the angles are the same', () => {
    const path = `${motionData}/hybrid/hybrid-02.json`;
    const small = live(path, 5);
    const large = live(path, 10);
    const worst = small.rotation.reduce(
      (max, value, i) => Math.max(max, Math.abs(value - large.rotation[i]!)),
      0,
    );
    expect(worst).toBeLessThan(0.05);
    expect(small.reps).toBe(large.reps);
  });
});
