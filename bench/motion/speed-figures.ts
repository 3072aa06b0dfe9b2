import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LiveHip, orientationTrack, readRecording, Vqf } from '@coxa/motion';
import { atLeast, atMost, median, type Result } from '../support/result.js';

const rows = 20_000;
const periodS = 0.01;

/** Samples a second on one core, growth of the heap, and reading a device's file. */
export function speedFigures(): Result[] {
  const samples = tumbling();
  const { mag: _mag, ...sixD } = samples;
  const out9 = orientationTrack(rows, true);
  const out6 = orientationTrack(rows, false);
  const filter9 = new Vqf(periodS);
  const filter6 = new Vqf(periodS);
  const speed9 = perSecond(rows, () => filter9.process(samples, out9));
  const speed6 = perSecond(rows, () => filter6.process(sixD, out6));
  const before = liveHeap();
  for (let i = 0; i < 500; i++) filter9.process(samples, out9);
  const grown = (liveHeap() - before) / 1e6;
  const hip = new LiveHip({
    periodS,
    side: 'left',
    pelvisMounting: [1, 0, 0, 0],
    thighMounting: [1, 0, 0, 0],
    thresholdDeg: 8,
  });
  hip.process(sixD, sixD, true);
  const paired = perSecond(rows, () => hip.process(sixD, sixD, false));
  return [
    atLeast('orientation 9-D (6-D in the same pass)', speed9 / 1e6, 2, 'M samples/s'),
    atLeast('orientation 6-D', speed6 / 1e6, 2.5, 'M samples/s'),
    atLeast('two sensors to angles and repetitions, live', paired / 1e6, 0.8, 'M paired frames/s'),
    atMost('growth of the heap over 10 M samples', grown, 1, 'MB'),
    readerSpeed(),
  ];
}

/** Bytes that are still needed: what earlier workloads left behind and nobody has collected yet is no growth. */
function liveHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

function tumbling(): { acc: Float64Array; gyr: Float64Array; mag: Float64Array } {
  const [acc, gyr, mag] = [0, 1, 2].map(() => new Float64Array(rows * 3)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < rows * 3; i++) {
    const t = Math.floor(i / 3) * periodS;
    const k = i % 3;
    gyr[i] = Math.sin(t * (1 + k * 0.37));
    acc[i] = (k === 2 ? 9.81 : 0.2) + 3 * Math.sin(t * (0.7 + k * 0.21) + k);
    mag[i] = 30 * Math.cos(t * (0.5 + k * 0.3) + k);
  }
  return { acc, gyr, mag };
}

function perSecond(amount: number, work: () => unknown): number {
  for (let i = 0; i < 10; i++) work();
  const rates: number[] = [];
  for (let round = 0; round < 7; round++) {
    const start = performance.now();
    for (let i = 0; i < 10; i++) work();
    rates.push((amount * 10) / ((performance.now() - start) / 1000));
  }
  return median(rates);
}

/** An Xsens DOT file of many rows against the shortest way to read it. */
function readerSpeed(): Result {
  const lines = Array.from(
    { length: 20_000 },
    (_, i) =>
      `${i + 1},${1_020_235_923 + i * 16_667},0.642831,0.249669,9.${String(100_000 + (i % 800_000))},2.072689,-1.641915,-0.745944,0.661621,0.123779,-1.043945`,
  );
  const head =
    'sep=,\nDeviceTag:,Femur\nOutputRate:,60Hz\n\nPacketCounter,SampleTimeFine,Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z,Mag_X,Mag_Y,Mag_Z\n';
  const bytes = Buffer.from(head + lines.join('\n'));
  const ours = () => readRecording(bytes);
  const plain = () =>
    bytes
      .toString('utf8')
      .split('\n')
      .map((line) => line.split(',').map(Number));
  const ms = (work: () => unknown) => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  // In turns, so that whatever else the machine does slows both.
  const rounds = Array.from({ length: 60 }, () => {
    const mine = ms(ours);
    return ms(plain) / mine;
  });
  const ratio = median(rounds.slice(10));
  return atLeast('reading Xsens DOT CSV, times split + Number', ratio, 6, '×, median of rounds in turns');
}
