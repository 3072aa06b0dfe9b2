import { dayMs, peakOf } from '../history/history.js';
import { redFlags } from '../history/holds.js';
import type { EventOf, ProgrammeEvent } from '../model/event.js';
import type { CheckInFact } from '../model/facts.js';
import type { ProgrammeState } from '../programme/state.js';
import type { Ruleset } from '../ruleset.js';
import { calendarOf, type Week } from '../time/week.js';

/** An event that a decision rests on, and what it contributed. */
export interface EvidenceView {
  readonly type: ProgrammeEvent['type'];
  readonly at: string;
  readonly recordedAt: string;
  /** Id of the check-in, override or measurement. */
  readonly id: string | null;
  /** What it says to this decision. */
  readonly says: string;
}

interface Question {
  readonly events: readonly ProgrammeEvent[];
  readonly state: ProgrammeState;
  /** The week that was closed; null when no closing made the decision. */
  readonly week: Week | null;
  readonly exercise: string;
  readonly rule: string;
  /** What was recorded later had no part in it. */
  readonly knownAt: string;
  readonly ruleset: Ruleset;
}

/** The events that a decision rests on, in the order in which they happened. */
export function evidenceOf(question: Question): EvidenceView[] {
  const { events, knownAt, week } = question;
  const known = events.filter(({ recordedAt }) => Date.parse(recordedAt) <= Date.parse(knownAt));
  const found = known.flatMap((event): EvidenceView[] => {
    const says = week === null ? saysOfStart(event, question) : saysOf(event, week, question);
    return says === null ? [] : [viewOf(event, says)];
  });
  return found.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function viewOf(event: ProgrammeEvent, says: string): EvidenceView {
  const { type, at, recordedAt } = event;
  const data = event.data as { checkInId?: string; overrideId?: string; id?: string };
  return { type, at, recordedAt, id: data.checkInId ?? data.overrideId ?? data.id ?? null, says };
}

/** A start or a clinician's own target: the enrolment, the phase, the override. */
function saysOfStart(event: ProgrammeEvent, { rule, knownAt }: Question): string | null {
  if (event.type === 'override-recorded' && event.recordedAt === knownAt)
    return `a clinician's decision: ${event.data.kind}`;
  if (rule === 'override') return null;
  if (event.type === 'phase-changed' && event.data.rule === 'P01')
    return 'everything for the start was there';
  return event.type === 'patient-enrolled' ? `starts with the ${event.data.fact.startExercise}` : null;
}

function saysOf(event: ProgrammeEvent, week: Week, question: Question): string | null {
  if (event.type === 'check-in-received') return saysOfCheckIn(event, week, question);
  if (event.type === 'override-recorded') {
    const { fact } = event.data;
    const inForce = fact.from <= week.end && (fact.until === null || week.end < fact.until);
    const matters = fact.kind === 'rule' || (fact.kind === 'suspend' && question.rule === 'override');
    return inForce && matters ? `a clinician's decision in force: ${fact.kind}` : null;
  }
  return null;
}

/** What a check-in says to a rule; null when the rule does not look at it. */
function saysOfCheckIn(
  { data: { fact } }: EventOf<'check-in-received'>,
  week: Week,
  question: Question,
): string | null {
  const here = fact.at >= week.start && fact.at < week.end;
  const mine = fact.session?.exercise === undefined || fact.session.exercise === question.exercise;
  return (looks[question.rule] ?? looksAtSessions)({ fact, week, here, mine, question });
}

interface Look {
  readonly fact: CheckInFact;
  readonly week: Week;
  /** It lies in the week. */
  readonly here: boolean;
  /** It speaks of the exercise. */
  readonly mine: boolean;
  readonly question: Question;
}

const looksAtFlags =
  (red: boolean) =>
  ({ fact, week }: Look): string | null => {
    const flags = fact.flags.filter((flag) => redFlags.has(flag) === red);
    return fact.at < week.end && flags.length > 0 ? `flags: ${flags.join(', ')}` : null;
  };

/** S4, S8, O3, O5, O6, O7: the sessions with their mornings, and the check-ins of the week. */
function looksAtSessions({ fact, week, here, mine }: Look): string | null {
  const after = fact.at >= week.end && fact.at < week.end + 2 * dayMs && fact.nextMorning !== undefined;
  return here || after ? sessionWords(fact, fact.session?.kind === 'strength' && mine) : null;
}

const looks: Readonly<Record<string, (look: Look) => string | null>> = {
  S1: looksAtFlags(true),
  S2: looksAtFlags(false),
  S3: ({ fact, here, mine }) =>
    here && mine && fact.duringExercise !== undefined ? `pain during exercise ${fact.duringExercise}` : null,
  S5: ({ fact, week, question: { state } }) => {
    const before = calendarOf(state.zones).weekOf(week.start - 1);
    return fact.at >= before.start && fact.at < week.end ? `pain ${fact.now}` : null;
  },
  S6: ({ fact, here, question: { ruleset } }) =>
    here && peakOf(fact) > ruleset.parameters.painStop ? `pain up to ${peakOf(fact)}` : null,
  U1: ({ fact, week }) =>
    fact.at < week.end && (fact.understanding !== undefined || fact.feltTarget !== undefined)
      ? answers(fact)
      : null,
  U3: ({ fact, week }) =>
    fact.at < week.end && fact.controllable !== undefined
      ? `could be controlled: ${fact.controllable ? 'yes' : 'no'}`
      : null,
};

const answers = ({ understanding, feltTarget }: CheckInFact): string =>
  [
    ...(understanding === undefined ? [] : [`understanding ${understanding}`]),
    ...(feltTarget === undefined ? [] : [`felt where it should be: ${feltTarget ? 'yes' : 'no'}`]),
  ].join(', ');

function sessionWords(fact: CheckInFact, strength: boolean): string {
  const sets = fact.session?.sets ?? [];
  const words = [
    ...(strength
      ? [`strength, ${sets.map(({ reps, loadKg }) => `${reps} × ${loadKg} kg`).join(' + ')}`]
      : []),
    ...(fact.duringExercise === undefined ? [] : [`pain during exercise ${fact.duringExercise}`]),
    ...(fact.nextMorning === undefined ? [] : [`pain next morning ${fact.nextMorning}`]),
    `pain ${fact.now}`,
  ];
  return words.join(', ');
}
