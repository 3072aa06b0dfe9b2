import { dayMs, hourMs, median } from '../history/history.js';
import { morningAfter } from '../history/pain.js';
import { strengthSessions, type StrengthSession } from '../history/sessions.js';
import type { Instant, KeptCheckIn, ReadingFact } from '../model/facts.js';
import { nameOf } from '../overload/sentences.js';
import { shownAt } from '../programme/shown.js';
import type { ProgrammeState } from '../programme/state.js';
import { parametersAt } from '../programme/week-closing.js';
import { seriesKey } from '../rotation.js';
import { exerciseOf, type Modality, type Parameters, type Ruleset } from '../ruleset.js';
import type { History } from '../history/history.js';

/** How one body has answered to one exercise so far. Pain in NRS points, rotation in degrees; null: nothing is known. */
export interface ResponseView {
  readonly exercise: string;
  readonly modality: Modality;
  /** Check-ins that name it. */
  readonly sessions: number;
  readonly lastAt: string;
  readonly pain: {
    readonly during: number | null;
    /** Next morning less before the session, median; strength only. */
    readonly morningChange: number | null;
    /** Mornings after that were sore by S4, of those known. */
    readonly soreMornings: number;
    readonly knownMornings: number;
  };
  readonly feel: {
    readonly controllable: number | null;
    readonly feltTarget: number | null;
    readonly understanding: number | null;
    readonly improving: number;
  };
  /** First valid reading within two days after a session less the last within the week before it, the same series; median. */
  readonly rotation: { readonly change: number | null; readonly pairs: number };
  /** One plain sentence; it suggests and orders nothing. */
  readonly says: string;
}

export interface ResponsesView {
  readonly patientId: string;
  /** What was best borne comes first. */
  readonly items: readonly ResponseView[];
  readonly suggestion: string | null;
}

/** What this body responds to (A2), as of an instant; null before the enrolment. It looks back and decides nothing. */
export function responsesAsOf(state: ProgrammeState, at: Instant, ruleset: Ruleset): ResponsesView | null {
  if (!state.enrolment || at < state.enrolment.enrolledAt) return null;
  const { history } = shownAt(state, at, ruleset);
  const parameters = parametersAt(at, history, ruleset);
  const byExercise = new Map<string, KeptCheckIn[]>();
  for (const checkIn of history.checkIns) {
    const exercise = checkIn.session?.exercise;
    if (exercise === undefined) continue;
    const group = byExercise.get(exercise);
    if (group) group.push(checkIn);
    else byExercise.set(exercise, [checkIn]);
  }
  const items = [...byExercise]
    .map(([exercise, checkIns]) => responseOf(exercise, checkIns, history, parameters))
    .sort((a, b) => ease(b) - ease(a) || b.sessions - a.sessions || (a.exercise < b.exercise ? -1 : 1));
  const [best] = items;
  const worthSaying = best && items.length > 1 && best.sessions >= 2 && ease(best) > ease(items[1]!);
  return {
    patientId: state.enrolment.patientId,
    items,
    suggestion: worthSaying
      ? `So far the ${nameOf(best.exercise)} is what this body takes best. That is worth talking about, and no instruction.`
      : null,
  };
}

function responseOf(
  exercise: string,
  checkIns: readonly KeptCheckIn[],
  history: History,
  parameters: Parameters,
): ResponseView {
  const mornings = sessionsOf(exercise, history, parameters).map((session) =>
    morningAfter(session, history, parameters),
  );
  const known = mornings.filter(({ outcome }) => outcome !== 'unknown');
  const share = (answers: readonly (boolean | undefined)[]) => {
    const given = answers.filter((answer) => answer !== undefined);
    return given.length === 0 ? null : given.filter(Boolean).length / given.length;
  };
  const values = (read: (checkIn: KeptCheckIn) => number | undefined) =>
    checkIns.map(read).filter((value) => value !== undefined);
  const changes = rotationChanges(checkIns, history.readings);
  const view = {
    exercise,
    modality: exerciseOf(exercise)?.modality ?? 'strength',
    sessions: checkIns.length,
    lastAt: new Date(checkIns.at(-1)!.at).toISOString(),
    pain: {
      during: median(values(({ duringExercise }) => duringExercise)),
      morningChange: median(
        mornings.flatMap(({ morning, before }) =>
          morning === null || before === null ? [] : [morning - before],
        ),
      ),
      soreMornings: known.filter(({ outcome }) => outcome === 'fires').length,
      knownMornings: known.length,
    },
    feel: {
      controllable: share(checkIns.map(({ controllable }) => controllable)),
      feltTarget: share(checkIns.map(({ feltTarget }) => feltTarget)),
      understanding: median(values(({ understanding }) => understanding)),
      improving: checkIns.filter(({ improving }) => improving === true).length,
    },
    rotation: { change: median(changes), pairs: changes.length },
  } as const;
  return { ...view, says: sentenceOf(view, parameters) };
}

const sessionsOf = (exercise: string, history: History, parameters: Parameters): StrengthSession[] =>
  strengthSessions(history.checkIns, history.calendar, parameters).filter(({ parts }) =>
    parts.some((part) => part.exercise === exercise),
  );

/** Never across series (M5). */
function rotationChanges(checkIns: readonly KeptCheckIn[], readings: readonly ReadingFact[]): number[] {
  const valid = readings.filter(({ valid, value }) => valid && value !== null).sort((a, b) => a.at - b.at);
  return checkIns.flatMap(({ at }) => {
    const after = valid.filter((reading) => reading.at > at && reading.at <= at + 48 * hourMs);
    const seen = new Set<string>();
    return after.flatMap((reading) => {
      const key = seriesKey(reading.series);
      if (seen.has(key)) return [];
      seen.add(key);
      const before = valid.findLast(
        (each) => each.at <= at && each.at > at - 7 * dayMs && seriesKey(each.series) === key,
      );
      return before ? [reading.value! - before.value!] : [];
    });
  });
}

/** How well something was borne, for the order of the list alone: calm, controlled and felt where it should be. */
function ease({ pain, feel }: Pick<ResponseView, 'pain' | 'feel'>): number {
  const sore = pain.knownMornings === 0 ? 0 : pain.soreMornings / pain.knownMornings;
  return (feel.controllable ?? 0.5) + (feel.feltTarget ?? 0.5) - (pain.during ?? 3) / 5 - sore;
}

function sentenceOf(
  { exercise, sessions, pain, feel, rotation }: Omit<ResponseView, 'says'>,
  { painNoAdvance }: Parameters,
): string {
  const name = nameOf(exercise);
  if (sessions < 2) return `The ${name} was tried once: too little to say.`;
  const words = [
    ...(pain.during === null
      ? []
      : [pain.during <= painNoAdvance ? 'it stays comfortable' : 'it is often uncomfortable']),
    ...(pain.soreMornings > 0
      ? [`${pain.soreMornings} of ${pain.knownMornings} mornings after were sore`]
      : pain.knownMornings > 0
        ? ['the mornings after are calm']
        : []),
    ...(feel.feltTarget === null
      ? []
      : [feel.feltTarget >= 0.5 ? 'it is felt where it should be' : 'it is felt elsewhere']),
    ...(rotation.change === null
      ? []
      : [
          `rotation after it changed by ${Math.round(rotation.change * 10) / 10}°, which may be measurement error`,
        ]),
  ];
  return words.length === 0
    ? `Little was told about the ${name} so far.`
    : `The ${name}: ${words.join(', ')}.`;
}
