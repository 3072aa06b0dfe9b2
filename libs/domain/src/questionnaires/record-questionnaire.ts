import type { QuestionnaireReport } from '../model/command.js';
import type { QuestionnaireFact } from '../model/facts.js';
import { Refusal } from '../programme/refusal.js';
import type { Run } from '../programme/run.js';
import { historyOf } from '../programme/state.js';
import { parametersAt } from '../programme/week-closing.js';
import { definitionOf } from './measures.js';
import { changeOf, faultsOfAnswers, scoreOf } from './score.js';

/** A questionnaire, once: kept, scored, compared; a fear of movement that rises is told (U2). @throws Refusal */
export function recordQuestionnaire(run: Run, report: QuestionnaireReport, receivedAt: string): void {
  const { state } = run;
  const at = Date.parse(report.at);
  const { enrolment } = historyOf(state);
  if (at < enrolment.enrolledAt) throw new Refusal('before-enrolment', '/at', 'lies before the enrolment');
  const definition = definitionOf(report.measure, report.version);
  if (!definition)
    throw new Refusal('unknown-version', '/version', `is no known version of ${report.measure}`);
  const [fault] = faultsOfAnswers(definition, report.answers);
  if (fault)
    throw new Refusal('range', fault.index < 0 ? '/answers' : `/answers/${fault.index}`, fault.message);
  const known = state.questionnaires.find(({ id }) => id === report.id);
  if (known && isSame(known, report, at)) return;
  if (known) throw new Refusal('id-reused', '/id', 'was used for another questionnaire');
  const score = scoreOf(definition, report.answers);
  const earlier = state.questionnaires.filter((each) => each.at <= at);
  const parameters = parametersAt(at, historyOf(state), run.ruleset);
  const rise = report.measure === 'tsk-11' ? riseOf(score.score, earlier) : null;
  const fears = rise !== null && rise.by >= parameters.fearRise;
  const { id, measure, answers } = report;
  const { version } = definition;
  const fact: QuestionnaireFact = {
    id,
    at,
    measure,
    version,
    answers,
    score: score.score,
    receivedAt: Date.parse(receivedAt),
    ...(fears ? { fearRose: true as const } : {}),
  };
  const change = changeOf(definition, fact, earlier, parameters);
  run.emit({
    type: 'questionnaire-scored',
    at: report.at,
    recordedAt: receivedAt,
    reason:
      score.score === null
        ? 'Thank you. Too many answers are missing for a score; what you gave is kept.'
        : 'Thank you. Your answers show how things have changed for you.',
    data: { id, measure, version, ...score, ...change, fact },
  });
  if (!fears) return;
  run.emit({
    type: 'fear-rising',
    at: report.at,
    recordedAt: receivedAt,
    reason: 'Moving feels more worrying than it did: a friendly word and an explanation may help.',
    data: {
      questionnaireId: id,
      rule: 'U2',
      severity: 'LOW',
      side: enrolment.side,
      value: score.score!,
      before: rise.from,
    },
  });
}

const isSame = (
  fact: QuestionnaireFact,
  { measure, version, answers }: QuestionnaireReport,
  at: number,
): boolean =>
  fact.at === at &&
  fact.measure === measure &&
  fact.version === definitionOf(measure, version)?.version &&
  JSON.stringify(fact.answers) === JSON.stringify(answers);

/** How far a score lies above the lowest since fear last rose (that one included): slow rises are seen too, and none is told twice. */
function riseOf(
  score: number | null,
  earlier: readonly QuestionnaireFact[],
): { readonly from: number; readonly by: number } | null {
  const scored = earlier.filter((each) => each.measure === 'tsk-11' && each.score !== null);
  const last = scored.findLastIndex(({ fearRose }) => fearRose === true);
  const since = scored.slice(Math.max(0, last));
  if (score === null || since.length === 0) return null;
  const from = Math.min(...since.map((each) => each.score!));
  return { from, by: Math.round((score - from) * 100) / 100 };
}
