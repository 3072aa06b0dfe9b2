import type { DeviceFact } from '@coxa/contracts';
import type { RecordedSession } from '@coxa/motion';
import { invalid } from '@coxa/platform';
import type { RecordingDetails } from './recording-details.js';

const segmentWords = {
  pelvis: /pelvis|sacrum|hip/,
  thigh: /thigh|femur|upper.?leg/,
  shank: /shank|tibia|lower.?leg/,
} as const;
const sideWords = { left: /left|(^|[_.-])l([_.-]|$)/, right: /right|(^|[_.-])r([_.-]|$)/ } as const;

/** The one of a file's sensors that is this device: the only one, the one named, or the one on its segment and side. @throws ProblemException */
export function sessionFor(
  sessions: readonly RecordedSession[],
  device: DeviceFact,
  { sensor, segment = device.segment, side = device.side }: RecordingDetails,
): RecordedSession {
  const seen = sessions.map((session) => session.sensor);
  const named = sensor === undefined ? sessions : sessions.filter((session) => session.sensor === sensor);
  if (sensor !== undefined && named.length !== 1)
    throw invalid([{ path: '?sensor', code: 'enum', message: `must be one of: ${seen.join(', ')}` }]);
  if (named.length === 1) return named[0]!;
  const worn = named.filter(({ sensor: name, kind }) => {
    const text = name.toLowerCase();
    const there = kind === 'goniometer' || segmentWords[segment].test(text);
    return there && (segment === 'pelvis' || sideWords[side].test(text));
  });
  if (worn.length === 1) return worn[0]!;
  throw invalid([
    {
      path: '?sensor',
      code: 'required',
      message: `says which sensor of the file is meant: ${seen.slice(0, 20).join(', ')}`,
    },
  ]);
}
