import { type History, median, within, dayMs } from '../history/history.js';
import type { Instant } from '../model/facts.js';
import { seriesKey, type SeriesState } from '../rotation.js';
import type { Parameters } from '../ruleset.js';
import { localYear } from '../time/week.js';
import { iso, type NoteView } from './note.js';

/** M4: sides that differ, measured alike; a small rotation with pain above fifty. Notes for a human, no decision. */
export function rotationNotes(
  at: Instant,
  series: readonly SeriesState[],
  history: History,
  parameters: Parameters,
): NoteView[] {
  return [...sideNotes(at, series, parameters), ...smallNotes(at, series, history, parameters)];
}

function sideNotes(
  at: Instant,
  series: readonly SeriesState[],
  { sideDifferenceDeg }: Parameters,
): NoteView[] {
  return series
    .filter(({ series: { side }, current }) => side === 'left' && current !== null)
    .flatMap((left): NoteView[] => {
      const mirrored = seriesKey({ ...left.series, side: 'right' });
      const right = series.find((each) => seriesKey(each.series) === mirrored);
      if (right === undefined || right.current === null) return [];
      const difference = Math.abs(left.current! - right.current);
      if (difference < sideDifferenceDeg) return [];
      const { position, motion } = left.series;
      return [
        {
          rule: 'M4',
          code: 'side-difference',
          exercise: null,
          since: iso(at),
          text: `Measured ${position} and ${motion}, the sides differ by ${Math.round(difference * 10) / 10}°.`,
          suggestion: null,
        },
      ];
    });
}

function smallNotes(
  at: Instant,
  series: readonly SeriesState[],
  { checkIns, enrolment, calendar }: History,
  { smallRotationDeg, reviewAgeYears, medianDays }: Parameters,
): NoteView[] {
  const age = localYear(calendar.dayOf(enrolment.enrolledAt)) - enrolment.birthYear;
  const pain = median(within(checkIns, at - medianDays * dayMs + 1, at + 1).map(({ now }) => now));
  const small = series.some(({ current }) => current !== null && current < smallRotationDeg);
  if (age <= reviewAgeYears || pain === null || pain === 0 || !small) return [];
  return [
    {
      rule: 'M4',
      code: 'small-rotation',
      exercise: null,
      since: iso(at),
      text: `Rotation is below ${smallRotationDeg}° and the hip hurts: a clinician's look is worth while.`,
      suggestion: null,
    },
  ];
}
