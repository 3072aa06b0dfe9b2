import type { FieldCode } from '@coxa/contracts';
import { Refusal } from '@coxa/domain';
import { invalid, notFound, ProblemException } from '@coxa/platform';

const codes: Partial<Record<Refusal['code'], FieldCode>> = {
  'before-enrolment': 'before-enrolment',
  'id-reused': 'id-reused',
  'unknown-exercise': 'unknown-exercise',
  range: 'range',
  'unknown-parameter': 'unknown-field',
  'unknown-version': 'enum',
  'unknown-topic': 'enum',
};

/** What the domain refuses, as the client is told. */
export async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = codes[error.code];
    if (code) throw invalid([{ path: error.path, code, message: error.message }]);
    if (error.code === 'not-enrolled') throw notFound();
    throw new ProblemException('conflict', { detail: error.message, cause: error });
  }
}
