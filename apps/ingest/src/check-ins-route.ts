import { checkInSchema, formatPosition, parseJson } from '@coxa/contracts';
import { type DirectRoute, type Metrics, ProblemException } from '@coxa/platform';
import { answer, checkInExamples } from './check-ins-words.js';
import type { CheckInIntake } from './check-in-intake.js';
import type { Intake } from './check-in-verdict.js';
import type { InFlight } from './in-flight.js';
import { maxCheckIns } from './limits.js';
import type { RateLimit } from './rate-limit.js';
import { takeCheckIns } from './take-check-ins.js';

interface Deps {
  readonly intake: CheckInIntake;
  readonly inFlight: InFlight;
  readonly rate: RateLimit;
  readonly metrics: Metrics;
}

/** `POST /v1/check-ins`: one check-in or a list. 202 is said once all that it acknowledges is durable, never before. */
export const checkInsRoute = ({ intake, inFlight, rate, metrics }: Deps): DirectRoute => ({
  path: '/v1/check-ins',
  roles: ['patient', 'device', 'clinician'],
  status: 202,
  words: {
    tag: 'check-ins',
    summary:
      'Takes what a patient says of pain and training, one check-in or a list, from the patient, a device or a clinician.',
    more: 'Answered when durable. One bad entry alone is refused with 422; of a list the good ones are taken and the others told in `rejected`. The same id again is a duplicate.',
    answer,
    examples: checkInExamples,
  },
  bodies: { 'application/json': bodySchema },
  admit({ role, subject }) {
    if (!rate.take(`${role}/${subject}`))
      throw new ProblemException('too-many-requests', {
        detail: 'Slow down; nothing was taken.',
        retryAfterS: 1,
      });
  },
  async handle({ principal, type, bytes }) {
    if (type !== 'application/json')
      throw new ProblemException('unsupported-type', { detail: 'Content-Type must be application/json.' });
    const body = parseJson(bytes);
    const taken = await inFlight.run(bytes.length, () => takeCheckIns(intake, principal, body));
    metrics.accepted.inc({ kind: 'check-in', duplicate: 'no' }, taken.accepted);
    metrics.accepted.inc({ kind: 'check-in', duplicate: 'yes' }, taken.duplicates);
    return JSON.stringify({ ...taken, position: told(taken) });
  },
});

const told = ({ position }: Intake): string | null =>
  position &&
  formatPosition({
    in: 'log',
    topic: position.topic,
    partition: position.partition,
    offset: position.offset,
  });

const bodySchema = { oneOf: [checkInSchema, { type: 'array', items: checkInSchema, maxItems: maxCheckIns }] };
