const gravity = 9.81;
const degree = Math.PI / 180;

export interface ImuSessionOptions {
  readonly side: 'left' | 'right';
  /** Peak internal rotation of each repetition in degrees. */
  readonly peaksDeg: readonly number[];
  readonly sampleRateHz: number;
  readonly random: () => number;
}

export type ImuColumns = Record<'accX' | 'accY' | 'accZ' | 'gyrX' | 'gyrY' | 'gyrZ', number[]>;

/**
 * What a sensor on the thigh sees of a person who sits and turns the thigh inward and back: 2 s of rest, then 3 s a repetition.
 * Segment axes x anterior, y left, z proximal; seated, the thigh's x points up and its z backward, and turning about z tips
 * gravity within x-y: an inclination. Sensor and segment axes coincide (mounting [1, 0, 0, 0]).
 * Noise: 0.03 m/s² and 0.1 °/s, as small MEMS sensors have.
 */
export function seatedImuSession({ side, peaksDeg, sampleRateHz, random }: ImuSessionOptions): ImuColumns {
  const columns: ImuColumns = { accX: [], accY: [], accZ: [], gyrX: [], gyrY: [], gyrZ: [] };
  const sign = side === 'right' ? 1 : -1;
  const noise = (size: number) => (random() + random() + random() - 1.5) * 2 * size;
  const restS = 2;
  const repetitionS = 3;
  const count = Math.round((restS + peaksDeg.length * repetitionS + 1) * sampleRateHz);
  for (let i = 0; i < count; i++) {
    const t = i / sampleRateHz - restS;
    const index = Math.floor(t / repetitionS);
    const peak = t < 0 ? 0 : (peaksDeg[index] ?? 0) * degree;
    const phase = ((t % repetitionS) / repetitionS) * 2 * Math.PI;
    const angle = sign * peak * 0.5 * (1 - Math.cos(phase));
    const rate = (sign * peak * 0.5 * Math.sin(phase) * 2 * Math.PI) / repetitionS;
    columns.accX.push(gravity * Math.cos(angle) + noise(0.03));
    columns.accY.push(-gravity * Math.sin(angle) + noise(0.03));
    columns.accZ.push(noise(0.03));
    columns.gyrX.push(noise(0.1 * degree));
    columns.gyrY.push(noise(0.1 * degree));
    columns.gyrZ.push(rate + noise(0.1 * degree));
  }
  return columns;
}
