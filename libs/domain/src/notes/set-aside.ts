import type { CheckIns } from '../history/check-ins.js';
import { dayMs, hourMs, within } from '../history/history.js';
import { strengthSessions } from '../history/sessions.js';
import type { Instant, KeptCheckIn } from '../model/facts.js';
import { phaseShown } from '../programme/phase-shown.js';
import { targetOf } from '../overload/standing.js';
import type { Shown } from '../programme/shown.js';
import type { Parameters } from '../ruleset.js';
import { iso, type SetAsideView } from './note.js';

/** How far back what was set aside is listed, days: long enough to ask the person. */
const days = 28;
/** From so many times the load that was asked for on it is asked about; a load in pounds told as kilograms is 2.2 times what was lifted. */
const doubtful = 2;
const pounds = 2.5;

/** What of the last weeks was kept without counting (D5, D11, T3), or may have been meant otherwise. */
export function setAsideAt(at: Instant, shown: Shown, parameters: Parameters): SetAsideView[] {
  const { history } = shown;
  const recent = within(history.checkIns, at - days * dayMs, at + 1);
  const sessions = strengthSessions(history.checkIns, history.calendar, parameters);
  const byDay = new Map(sessions.map((session) => [session.day, session]));
  return recent.flatMap((checkIn): SetAsideView[] => {
    const found: SetAsideView[] = [];
    const add = (rule: string, code: SetAsideView['code'], counts: boolean, text: string) =>
      found.push({ checkInId: checkIn.id, at: iso(checkIn.at), rule, code, counts, text });
    const strength = byDay.get(history.calendar.dayOf(checkIn.at));
    if (checkIn.session?.kind === 'strength' && strength?.tooSoon)
      add(
        'O1',
        'too-soon',
        false,
        `Less than ${parameters.sessionGapH} hours after the strength session before: its pain counts, its sets do not.`,
      );
    if (checkIn.session?.kind === 'stretch') {
      const phase = phaseShown(checkIn.at, shown);
      if (phase !== '3a' && phase !== '3b')
        add('P23', 'stretch-early', false, 'Stretching comes once strength is there; kept, not counted.');
      else if (strength !== undefined && strength.at > checkIn.at)
        add(
          'T3',
          'stretch-before-strength',
          false,
          'A stretch before strength on the same day is not counted.',
        );
    }
    const times = timesAskedFor(checkIn, shown);
    if (times >= doubtful)
      add(
        'O3',
        'load-in-doubt',
        true,
        `Twice the load that was asked for, or more: ${times <= pounds ? 'was it in pounds' : 'is the number right'}? It is kept as it was told; please ask.`,
      );
    if (reportedTwice(checkIn, history.checkIns))
      add(
        'D5',
        'reported-twice',
        true,
        'The same exercise was reported within the hour before: both are one session, and their sets are pooled.',
      );
    return found;
  });
}

/** The heaviest set, in loads that were asked for when it was done; 0 where no load was. */
function timesAskedFor({ at, session }: KeptCheckIn, { history, standing }: Shown): number {
  if (session?.kind !== 'strength' || session.exercise === undefined) return 0;
  const target = targetOf(standing, session.exercise, history.calendar.weekOf(at).start, at);
  if (!target || target.loadKg === 0) return 0;
  return Math.max(0, ...(session.sets ?? []).map(({ loadKg }) => loadKg / target.loadKg));
}

const reportedTwice = ({ id, at, session }: KeptCheckIn, checkIns: CheckIns): boolean =>
  session?.kind === 'strength' &&
  within(checkIns, at - hourMs, at + 1).some(
    (other) =>
      other.id !== id &&
      (other.at < at || other.id < id) &&
      other.session?.kind === 'strength' &&
      other.session.exercise === session.exercise &&
      (other.session.sets?.length ?? 0) > 0 &&
      (session.sets?.length ?? 0) > 0,
  );
