import { exercises, phases } from '@coxa/contracts';
import type {
  Criterion,
  EducationView,
  HoldView,
  NoteView,
  ProgramView,
  PromptView,
  SeriesState,
  SetAsideView,
  TargetView,
  TodayItem,
} from '@coxa/domain';
import {
  flag,
  instant,
  joined,
  list,
  nullable,
  number,
  oneOf,
  pageOf,
  position,
  record,
  type Shape,
  shape,
  text,
  whole,
} from '@coxa/platform';
import { series } from './measurements.js';

const simple = (description: string, ...more: Shape[]): Shape => ({
  description,
  anyOf: [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }, ...more],
});

const exercise = oneOf(exercises);
const rule = text('The rule that says so; see the ruleset', 'O3');
const reason = text('In a sentence');
export const phaseId = oneOf(phases, '0: enrolled, something is missing yet');

export const target = shape<TargetView>({
  exercise,
  week: text('ISO week', '2026-W05'),
  sets: whole('Sets', 3),
  reps: whole('Repetitions a set', 8),
  loadKg: number('kg', 12.5),
  decision: oneOf(['start', 'advance', 'hold', 'regress', 'deload']),
  rule,
  reason,
  inputs: record('What the rule went by'),
  provisional: flag('The week before is not closed yet: this may still change'),
});

export const hold = shape<HoldView>({
  rule: oneOf(['S1', 'S2', 'S3', 'override']),
  since: instant(),
  until: nullable(instant('Null: until somebody ends it')),
  exercise: nullable({ ...exercise, description: 'Null: all of them' }),
  reason,
});

export const painNow = shape<ProgramView['pain']>({
  now: nullable(whole('0-10, as said last', 2)),
  median14d: nullable(number('Median of the last 14 days', 2)),
  trend: oneOf(['rising', 'falling', 'steady', 'unknown'], 'The last two ended weeks compared'),
  bySite: record(
    'By site of the pain',
    shape({ checkIns: whole('How many', 3), median14d: number('Median', 2) }),
  ),
});

const today = shape<TodayItem>({
  kind: oneOf(['strength', 'practice', 'stretch']),
  exercise,
  dose: record('Such as sets, reps, loadKg or holdSeconds', number('How much')),
  why: reason,
});

export const educationItem = shape<EducationView>({
  topic: text(undefined, 'pain-and-safety'),
  version: text(undefined, '1'),
  title: text(),
  text: text('To be read by the patient'),
  since: instant('Since when it is shown'),
  because: text('The rule or phase that shows it'),
  acknowledgedAt: nullable(instant('When it was read last')),
  required: flag('Phase 1 waits for it'),
});

const note = shape<NoteView>({
  rule,
  code: text(undefined, 'plateau'),
  exercise: nullable(exercise),
  since: instant(),
  text: text('To be told to the patient'),
  suggestion: nullable({ ...exercise, description: 'An exercise that could be tried; a clinician adds it' }),
});
const prompt = shape<PromptView>({
  rule,
  code: oneOf(['check-in', 'nothing-heard', 'use-your-range']),
  since: instant(),
  text: text('To be told to the patient'),
});
const setAside = shape<SetAsideView>({
  checkInId: text(),
  at: instant(),
  rule,
  code: text(undefined, 'too-soon'),
  counts: flag('The rules count it all the same'),
  text: text('Why'),
});

const rotation = shape<SeriesState>({
  series,
  current: nullable(number('Degrees, measured last', 24)),
  baseline: nullable(number('Degrees, measured first', 21)),
  change: nullable(number('Degrees', 3)),
  mdc: number('The least change in degrees that is more than error of measurement', 5),
  verdict: oneOf(['better', 'worse', 'no-change', 'not-enough-data']),
});

export const programme = joined(
  shape<ProgramView>({
    patientId: text(undefined, 'ana'),
    phase: shape<ProgramView['phase']>({
      id: phaseId,
      name: text(undefined, 'build strength'),
      since: instant(),
      provisional: flag('The week before is not closed yet'),
      next: list(
        shape<Criterion>({
          criterion: text(),
          met: flag(),
          have: simple('What there is; null: nothing yet', { type: 'string', nullable: true, enum: [null] }),
          need: simple('What is asked for'),
        }),
        'What the next phase waits for',
      ),
    }),
    week: shape({
      isoWeek: text(undefined, '2026-W05'),
      strengthDone: whole('Strength sessions that count so far', 1),
      practiceDays: whole('Days with practice', 3),
    }),
    today: list(today, 'What to do today'),
    targets: list(target, 'One for each exercise in use'),
    pain: painNow,
    rotation: list(rotation, 'One for each way of measuring'),
    holds: list(hold, 'What stands now beyond the targets of the week'),
    ruleset: text('Version of the rules', '1.0.0'),
    education: list(educationItem, 'What there is to read now'),
    notes: list(note, 'What may be said and suggested'),
    prompts: list(prompt, 'What to ask the patient for'),
    setAside: list(setAside, 'Check-ins that are kept and do not count, or are in doubt'),
  }),
  shape({ position }),
);

export const timeline = pageOf(
  shape({
    at: instant('When it happened'),
    recordedAt: instant('When it was received'),
    type: text('Name of the event', 'target-decided'),
    reason: nullable(reason),
    data: record('What the event holds'),
  }),
);
