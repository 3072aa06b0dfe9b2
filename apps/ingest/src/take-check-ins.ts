import { invalid, notFound, type Principal, ProblemException } from '@coxa/platform';
import type { CheckInIntake } from './check-in-intake.js';
import type { Intake } from './check-in-verdict.js';
import { maxCheckIns } from './limits.js';

/** One check-in or a list, over whatever transport it came. @throws ProblemException when nothing can be taken of it */
export const takeCheckIns = (intake: CheckInIntake, principal: Principal, body: unknown): Promise<Intake> =>
  Array.isArray(body) ? many(intake, principal, body) : single(intake, principal, body);

async function many(
  intake: CheckInIntake,
  principal: Principal,
  entries: readonly unknown[],
): Promise<Intake> {
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
