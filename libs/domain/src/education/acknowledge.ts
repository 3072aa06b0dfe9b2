import type { ProgrammeCommand } from '../model/command.js';
import type { AcknowledgedFact } from '../model/facts.js';
import { beginWhenReady } from '../programme/begin.js';
import { Refusal } from '../programme/refusal.js';
import { iso, type Run } from '../programme/run.js';
import { startTopics, topicOf } from './topics.js';

/** A topic was read. When it is the last of those for the start, the education of P01 is acknowledged. @throws Refusal */
export function acknowledgeEducation(
  run: Run,
  { topic, at, receivedAt }: Extract<ProgrammeCommand, { kind: 'acknowledge-education' }>,
): void {
  const known = topicOf(topic);
  if (!known) throw new Refusal('unknown-topic', '/topic', 'is not a topic of the education track');
  const { version } = known;
  const fact: AcknowledgedFact = { topic, version, at: Date.parse(at) };
  const again = run.state.acknowledged.some(
    (each) => each.topic === topic && each.version === version && each.at >= fact.at,
  );
  if (again) return;
  run.emit({
    type: 'education-acknowledged',
    at,
    recordedAt: receivedAt,
    reason: `Read: ${known.title}.`,
    data: { topic, version, fact },
  });
  const educationAt = startReadAt(run);
  if (educationAt === null || run.state.enrolment?.educationAt !== null) return;
  run.emit({
    type: 'patient-updated',
    at: iso(educationAt),
    recordedAt: receivedAt,
    reason: 'You have read what comes before the start.',
    data: { fact: { educationAt } },
  });
  beginWhenReady(run, receivedAt);
}

/** When the last of the topics for the start was read for the first time; null while one is missing. */
function startReadAt({ state }: Run): number | null {
  const first = startTopics.map(({ topic, version }) =>
    Math.min(
      ...state.acknowledged
        .filter((each) => each.topic === topic && each.version === version)
        .map(({ at }) => at),
    ),
  );
  const last = Math.max(...first);
  return Number.isFinite(last) ? last : null;
}
