import type { AcknowledgedFact, Instant, Phase, QuestionnaireFact } from '../model/facts.js';
import { lastPoorAnswer } from '../overload/signals.js';
import { activeTargets } from '../overload/standing.js';
import type { Shown } from '../programme/shown.js';
import { order } from '../programme/phase-steps.js';
import type { Parameters } from '../ruleset.js';
import { educationTopics, type EducationTopic, type Occasion } from './topics.js';

/** One topic as it is shown to a person. */
export interface EducationView {
  readonly topic: string;
  readonly version: string;
  readonly title: string;
  readonly text: string;
  /** Since when it is shown: the enrolment, a phase, or what called for it. */
  readonly since: string;
  /** The rule or phase that shows it. */
  readonly because: string;
  /** When it was last read, if that is not before what called for it. */
  readonly acknowledgedAt: string | null;
  /** Phase 1 waits for it (P01). */
  readonly required: boolean;
}

/** What is shown at an instant, unread topics first, then in the order of the track. */
export function educationAt(
  at: Instant,
  shown: Shown,
  {
    questionnaires,
    acknowledged,
  }: {
    readonly questionnaires: readonly QuestionnaireFact[];
    readonly acknowledged: readonly AcknowledgedFact[];
  },
  parameters: Parameters,
): EducationView[] {
  const { educationAt: start } = shown.history.enrolment;
  const called = occasionsAt(at, shown, questionnaires, parameters);
  const views = educationTopics.flatMap((topic): EducationView[] => {
    const occasion = called.get(topic.occasion);
    return occasion ? [viewOf(topic, occasion, readAt(topic, occasion.since, at, acknowledged, start))] : [];
  });
  const rank = ({ acknowledgedAt }: EducationView) => (acknowledgedAt === null ? 0 : 1);
  return views.sort((a, b) => rank(a) - rank(b));
}

interface Called {
  readonly since: Instant;
  readonly because: string;
}

const iso = (at: Instant): string => new Date(at).toISOString();

const viewOf = (
  { topic, version, title, text, occasion }: EducationTopic,
  { since, because }: Called,
  read: Instant | null,
): EducationView => ({
  topic,
  version,
  title,
  text,
  since: iso(since),
  because,
  acknowledgedAt: read === null ? null : iso(read),
  required: occasion === 'start',
});

/** The whole of the education acknowledged at once (`education` of an enrolment) stands for each topic of the start. */
function readAt(
  { topic, version, occasion }: EducationTopic,
  since: Instant,
  at: Instant,
  acknowledged: readonly AcknowledgedFact[],
  start: Instant | null,
): Instant | null {
  const own = acknowledged
    .filter((each) => each.topic === topic && each.version === version && each.at <= at && each.at >= since)
    .map((each) => each.at);
  if (occasion === 'start' && start !== null && start <= at) own.push(start);
  return own.length > 0 ? Math.max(...own) : null;
}

function occasionsAt(
  at: Instant,
  shown: Shown,
  questionnaires: readonly QuestionnaireFact[],
  parameters: Parameters,
): ReadonlyMap<Occasion, Called> {
  const { history, standing, week } = shown;
  const called = new Map<Occasion, Called>([
    ['start', { since: history.enrolment.enrolledAt, because: 'P01' }],
  ]);
  for (const [occasion, phase, because] of steps) {
    const reached = standing.phases.filter(
      (entry) => entry.since <= at && order.indexOf(entry.phase) >= order.indexOf(phase),
    );
    if (reached.length > 0)
      called.set(occasion, { since: Math.min(...reached.map(({ since }) => since)), because });
  }
  const poor = lastPoorAnswer(history.checkIns, at, parameters);
  if (poor) called.set('U1', { since: poor.at, because: 'U1' });
  const fear = questionnaires.filter((each) => each.fearRose && each.at <= at).at(-1);
  if (fear) called.set('U2', { since: fear.at, because: 'U2' });
  for (const { rule, decision } of activeTargets(standing, week.start, at)) {
    if (painRules.has(rule)) called.set('pain', { since: week.start, because: rule });
    if (decision === 'deload') called.set('deload', { since: week.start, because: rule });
  }
  return called;
}

const steps: readonly (readonly [Occasion, Phase, string])[] = [
  ['phase-2', '2', 'P12'],
  ['phase-3a', '3a', 'P23'],
  ['phase-3b', '3b', 'P3b'],
];
const painRules: ReadonlySet<string> = new Set(['S3', 'S4', 'S5', 'S6']);
