import type { ImuSamples, OrientationTrack } from '../orientation/samples.js';
import { orientationTrack } from '../orientation/samples.js';
import { Vqf } from '../orientation/vqf.js';
import { RepetitionCounter } from '../angles/repetition-counter.js';
import type { Repetition } from '../angles/repetitions.js';
import type { Quaternion } from '../recording/sensor-stream.js';
import { hipAngles, type HipAngles, type Side } from './hip-angles.js';
import { unit, type Vector } from './quaternion.js';
import { headingDifference, turnByHeading } from './relative-heading.js';
import { alignedMounting, meanUp, segmentOrientation } from './segment-orientation.js';

export interface LiveHipOptions {
  /** Time between two rows, s; the same for both sensors. */
  readonly periodS: number;
  readonly side: Side;
  /** Sensor to segment, as worn. */
  readonly pelvisMounting: Quaternion;
  readonly thighMounting: Quaternion;
  /** Hysteresis of a repetition of internal rotation, degrees. */
  readonly thresholdDeg: number;
}

/** One stretch of live angles; `zeroed` is false until the first neutral pose has ended, and then nothing may be believed. */
export interface LiveAngles extends HipAngles {
  readonly zeroed: boolean;
  /** Repetitions of internal rotation completed in this stretch. */
  readonly reps: readonly Repetition[];
  /** Time since the last neutral pose ended, s; Infinity before. */
  readonly sinceZeroS: number;
}

/** What one sensor has shown of the neutral pose in hand. */
interface Upright {
  sum: Vector;
}

/**
 * Hip angles while they happen, for feedback: both sensors in chunks of any (equal) size. The neutral pose is told by the caller; at its end both
 * mountings are set upright and the relative heading to zero. Uses the past only, so it drifts until the next neutral pose; a finished
 * session is better served by `analyseRecording`.
 */
export class LiveHip {
  private readonly filters: readonly [Vqf, Vqf];
  private readonly repetitions: RepetitionCounter;
  private tracks: readonly [OrientationTrack, OrientationTrack] = [
    orientationTrack(0, false),
    orientationTrack(0, false),
  ];
  private mountings: [Quaternion, Quaternion];
  private heading = 0;
  private zeroed = false;
  private rows = 0;
  private zeroRow = 0;
  private pose: [Upright, Upright] | undefined;
  private poseHeading = { sin: 0, cos: 0 };

  constructor(private readonly options: LiveHipOptions) {
    this.filters = [new Vqf(options.periodS), new Vqf(options.periodS)];
    this.mountings = [options.pelvisMounting, options.thighMounting];
    this.repetitions = new RepetitionCounter(options.thresholdDeg);
  }

  /** Goes on by one chunk of both sensors. `neutral`: the person stands in the neutral pose during all of it. */
  process(pelvis: ImuSamples, thigh: ImuSamples, neutral: boolean): LiveAngles {
    const count = Math.min(pelvis.gyr.length, thigh.gyr.length) / 3;
    if (this.tracks[0].rest.length !== count)
      this.tracks = [orientationTrack(count, false), orientationTrack(count, false)];
    const quats = ([pelvis, thigh] as const).map(
      (samples, i) => this.filters[i]!.process(withoutField(samples), this.tracks[i]!).quat6D,
    ) as [Float64Array, Float64Array];
    if (!neutral) this.endPose();
    const pelvisSegment = segmentOrientation(quats[0], this.mountings[0]);
    const thighSegment = segmentOrientation(quats[1], this.mountings[1]);
    if (neutral) this.takePose(quats, count);
    turnByHeading(thighSegment, [{ row: 0, heading: this.heading }]);
    const angles = hipAngles(pelvisSegment, thighSegment, this.options.side);
    const { periodS } = this.options;
    const reps = this.zeroed
      ? this.repetitions.process(angles.internalRotationDeg, this.rows * periodS, periodS)
      : [];
    this.rows += count;
    const sinceZeroS = this.zeroed ? (this.rows - this.zeroRow) * periodS : Infinity;
    return { ...angles, zeroed: this.zeroed, reps, sinceZeroS };
  }

  private takePose(quats: readonly [Float64Array, Float64Array], count: number): void {
    this.pose ??= [{ sum: [0, 0, 0] }, { sum: [0, 0, 0] }];
    quats.forEach((track, i) => {
      const [x, y, z] = meanUp(track, 0, count);
      const { sum } = this.pose![i]!;
      this.pose![i]!.sum = [sum[0] + x * count, sum[1] + y * count, sum[2] + z * count];
    });
    const [pelvis, thigh] = quats.map((track, i) =>
      segmentOrientation(track, this.uprightMounting(i as 0 | 1)),
    ) as [Float64Array, Float64Array];
    const heading = headingDifference(pelvis, thigh, 0, count);
    this.poseHeading.sin += Math.sin(heading) * count;
    this.poseHeading.cos += Math.cos(heading) * count;
  }

  private uprightMounting(i: 0 | 1): Quaternion {
    const { pelvisMounting, thighMounting } = this.options;
    const up = unit(this.pose?.[i]!.sum ?? [0, 0, 0]);
    return alignedMounting(i === 0 ? pelvisMounting : thighMounting, up, [0, 0, 1]);
  }

  private endPose(): void {
    if (this.pose === undefined) return;
    this.mountings = [this.uprightMounting(0), this.uprightMounting(1)];
    this.heading = Math.atan2(this.poseHeading.sin, this.poseHeading.cos);
    this.pose = undefined;
    this.poseHeading = { sin: 0, cos: 0 };
    this.zeroed = true;
    this.zeroRow = this.rows;
    this.repetitions.reset();
  }
}

const withoutField = ({ acc, gyr, rows }: ImuSamples): ImuSamples => ({
  acc,
  gyr,
  ...(rows ? { rows } : {}),
});
