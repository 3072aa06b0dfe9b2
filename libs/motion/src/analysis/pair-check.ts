import { fatalCodes, type Flag } from '../quality/flag.js';
import { jointAgreement, type JointSensor } from '../quality/joint-agreement.js';
import { silenceFlags } from '../quality/silent-gyroscope.js';
import { checkStream } from '../quality/stream-check.js';
import type { Span } from '../recording/sensor-stream.js';

const named = ['pelvis', 'thigh'] as const;

/**
 * Everything that the two streams of a hip say of their own quality. Where each alone does not fault its axes, the joint between them is asked: it proves
 * them right, or finds a fault, which then is what looked like a shift on the body; and it sees shifts that gravity does not. `worn`: faults already found in
 * how the sensors were worn.
 */
export function pairFlags(
  pelvis: JointSensor,
  thigh: JointSensor,
  poses: readonly Span[],
  worn: readonly Flag[],
): Flag[] {
  const flags = spokenFlags(pelvis, thigh, poses, worn);
  const silent = [pelvis, thigh].flatMap(({ grid }, i) => silenceFlags(grid, flags, named[i]));
  return [...flags, ...silent];
}

function spokenFlags(
  pelvis: JointSensor,
  thigh: JointSensor,
  poses: readonly Span[],
  worn: readonly Flag[],
): Flag[] {
  const own = [pelvis, thigh].map(({ grid }, i) => checkStream(grid, named[i]).flags);
  const silent = new Set([...fatalCodes, 'saturated-gyro']);
  if ([...own.flat(), ...worn].some(({ code }) => silent.has(code))) return own.flat();
  const verdict = jointAgreement(pelvis, thigh, poses);
  const flags = named.flatMap((sensor, i): Flag[] => {
    const axes = verdict[sensor];
    if (axes === 'insufficient-motion') return [...own[i]!];
    const left = own[i]!.filter(({ code }) => code !== 'insufficient-motion');
    if (axes === 'right') return left;
    return [...left.filter(({ code }) => code !== 'mounting-slip'), { code: axes, sensor }];
  });
  const told = [...flags, ...worn].some(({ code }) => code === 'mounting-slip');
  return verdict.slip && !told ? [...flags, { code: 'mounting-slip', ...verdict.slip }] : flags;
}
