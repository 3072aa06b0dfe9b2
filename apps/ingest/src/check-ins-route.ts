import { checkInSchema, formatPosition, parseJson } from '@coxa/contracts';
import {
  type DirectRoute,
  invalid,
  type Metrics,
  notFound,
  type Principal,
  ProblemException,
} from '@coxa/platform';
import type { CheckInIntake } from './check-in-intake.js';
import type { Intake } from './check-in-verdict.js';
import type { InFlight } from './in-flight.js';
import { maxCheckIns } from './limits.js';
import type { RateLimit } from './rate-limit.js';

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
  operation: {
    tags: ['ingest'],
    summary: 'Takes a check-in, or a list of them',
    requestBody: { required: true, content: { 'application/json': { schema: bodySchema as never } } },
    responses: {
      '202': {
        description:
          'Durable, entry by entry. `position` may be given to `after` of a query; `advice` is for the patient, at once.',
        content: { 'application/json': { schema: answerSchema as never } },
      },
    },
  },
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
    const taken = await inFlight.run(bytes.length, () =>
      Array.isArray(body) ? many(intake, principal, body) : single(intake, principal, body),
    );
    metrics.accepted.inc({ kind: 'check-in', duplicate: 'no' }, taken.accepted);
    metrics.accepted.inc({ kind: 'check-in', duplicate: 'yes' }, taken.duplicates);
    return JSON.stringify({ ...taken, position: told(taken) });
  },
});

function many(intake: CheckInIntake, principal: Principal, entries: readonly unknown[]): Promise<Intake> {
  if (entries.length > maxCheckIns)
    throw new ProblemException('too-large', { detail: `An array may hold ${maxCheckIns} check-ins.` });
  if (entries.length === 0)
    throw invalid([{ path: '', code: 'range', message: 'must hold at least one check-in' }]);
  return intake.take(principal, entries, (index) => `/${index}`);
}

async function single(intake: CheckInIntake, principal: Principal, body: unknown): Promise<Intake> {
  const taken = await intake.take(principal, [body], () => '');
  const [fault] = taken.rejected;
  if (!fault) return taken;
  if (fault.errors.some(({ code }) => code === 'unknown-patient')) throw notFound();
  throw invalid(fault.errors);
}

const told = ({ position }: Intake): string | null =>
  position &&
  formatPosition({
    in: 'log',
    topic: position.topic,
    partition: position.partition,
    offset: position.offset,
  });

const bodySchema = { oneOf: [checkInSchema, { type: 'array', items: checkInSchema, maxItems: maxCheckIns }] };

const errorSchema = {
  type: 'object',
  properties: { path: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
};

const answerSchema = {
  type: 'object',
  required: ['accepted', 'duplicates', 'rejected', 'position', 'advice'],
  properties: {
    accepted: { type: 'integer' },
    duplicates: { type: 'integer' },
    rejected: {
      type: 'array',
      items: {
        type: 'object',
        properties: { index: { type: 'integer' }, errors: { type: 'array', items: errorSchema } },
      },
    },
    position: { type: 'string', nullable: true },
    advice: {
      type: 'array',
      items: { type: 'object', properties: { code: { type: 'string' }, text: { type: 'string' } } },
    },
  },
};
