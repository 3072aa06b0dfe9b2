import type { CheckInBody } from './check-in-body.js';
import { seatedImuSession, type ImuColumns } from './imu-session.js';
import { seeded } from './random.js';
import type { Story } from './clinic.js';

export interface RecordingBody {
  readonly sessionId: string;
  readonly sequence: number;
  readonly startedAt: string;
  readonly sampleRateHz: number;
  readonly channels: ImuColumns;
}

/** What one person sends on one day, in the order of the day. The target is asked for when they train. */
export interface Day {
  readonly checkIns: (target: Target | undefined) => readonly CheckInBody[];
  readonly recording?: RecordingBody;
  /** Noon of the day: what the programme is asked for. */
  readonly at: string;
}

export interface Target {
  readonly exercise: string;
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
}

export const days = 56;
const dayMs = 86_400_000;
const sampleRateHz = 50;

/** Eight weeks that end at `now` (epoch ms), the same for the same story. Strength on day 1 of each week, practice between, a recording on day 5. */
export function historyOf(story: Story, now: number): Day[] {
  const random = seeded([...story.id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  const start = now - days * dayMs;
  return Array.from({ length: days }, (_, day) => dayOf(story, day, start + day * dayMs, random));
}

function dayOf(story: Story, day: number, midnight: number, random: () => number): Day {
  const progress = day / (days - 1);
  const between = ([from, to]: readonly [number, number]) => from + (to - from) * progress;
  const at = (hours: number) => new Date(midnight + hours * 3_600_000).toISOString();
  const level = Math.max(0, Math.min(10, Math.round(between(story.pain) + (random() - 0.5))));
  const pain = level > 0 ? { now: level, site: story.site, side: story.side } : { now: level };
  const logs = random() < story.adherence || story.on?.[day] !== undefined || day % 7 === 1;
  const silent = story.silentAfter !== undefined && day > story.silentAfter;
  const common = { patientId: story.id };
  const checkIns = (target: Target | undefined): CheckInBody[] => {
    if (silent || !logs) return [];
    const morning: CheckInBody = {
      ...common,
      id: `${story.id}-${day}-morning`,
      at: at(7),
      pain: day % 7 === 2 ? { ...pain, nextMorning: level } : pain,
      ...(day % 7 === 3 ? felt(story, day) : {}),
    };
    if (day % 7 === 1 && target) return [morning, strength(story, day, at(18), pain, target)];
    const special = story.on?.[day];
    const evening: CheckInBody = {
      ...common,
      id: `${story.id}-${day}-evening`,
      at: at(19),
      pain: { ...pain, duringExercise: Math.min(level, 3) },
      session: { kind: 'practice', exercise: 'active-ir-seated' },
      ...special,
    };
    return [morning, evening];
  };
  const recorded = day % 7 === 5 || day === 0;
  const recording =
    recorded && !silent ? recordingOf(story, day, at(12), between(story.rotationDeg), random) : undefined;
  return { checkIns, at: at(17), ...(recording ? { recording } : {}) };
}

const felt = ({ unsureAfter = Infinity }: Story, day: number) =>
  day > unsureAfter ? { understanding: 2, feltTarget: false } : { understanding: 4, feltTarget: true };

function strength(
  story: Story,
  day: number,
  at: string,
  pain: CheckInBody['pain'],
  target: Target,
): CheckInBody {
  const { exercise, sets, reps, loadKg } = target;
  return {
    id: `${story.id}-${day}-strength`,
    patientId: story.id,
    at,
    pain: { ...pain, duringExercise: Math.min(pain.now, 3) },
    controllable: true,
    session: { kind: 'strength', exercise, sets: Array.from({ length: sets }, () => ({ reps, loadKg })) },
    ...story.on?.[day],
  };
}

function recordingOf(
  story: Story,
  day: number,
  startedAt: string,
  rotationDeg: number,
  random: () => number,
): RecordingBody {
  const peaksDeg = Array.from({ length: 4 }, () => rotationDeg + (random() - 0.5) * 2);
  const channels = seatedImuSession({ side: story.side, peaksDeg, sampleRateHz, random });
  return { sessionId: `${story.id}-rotation-${day}`, sequence: 0, startedAt, sampleRateHz, channels };
}
