import { dayMs, type History } from '../history/history.js';
import type { Instant, Phase } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import { iso, type PromptView } from './note.js';

/** Words for today (A18, A19, S8). Silent while everything rests. */
export function promptsAt(
  at: Instant,
  phase: Phase,
  resting: boolean,
  { checkIns, recordings, enrolment, calendar }: History,
  { missingRemindDays, idlePromptDays }: Parameters,
): PromptView[] {
  if (resting) return [];
  const prompts: PromptView[] = [];
  const last = checkIns.lastAt;
  const sign = last ?? enrolment.enrolledAt;
  if (at - sign >= missingRemindDays * dayMs)
    prompts.push({
      rule: 'S8',
      code: 'nothing-heard',
      since: iso(sign),
      text: 'It has been a few days. A short word on how your hip feels helps to choose what is right for you.',
    });
  else if (last === undefined || calendar.dayOf(last) !== calendar.dayOf(at))
    prompts.push({
      rule: 'Q1',
      code: 'check-in',
      since: iso(sign),
      text: 'How does your hip feel today?',
    });
  const moved = Math.max(
    enrolment.enrolledAt,
    lastSession(checkIns),
    ...recordings.map((recording) => recording.at),
  );
  if (phase !== '0' && at - moved >= idlePromptDays * dayMs)
    prompts.push({
      rule: 'Q1',
      code: 'use-your-range',
      since: iso(moved),
      text: 'What you use stays with you: a few slow turns in the range that is comfortable today are enough.',
    });
  return prompts;
}

/** When something was last done, whatever it was; 0 when nothing was. */
function lastSession(checkIns: History['checkIns']): Instant {
  let place = checkIns.length - 1;
  while (place >= 0 && checkIns.kind(place) === 0) place--;
  return place < 0 ? 0 : checkIns.at(place);
}
