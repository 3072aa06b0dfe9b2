import type { CheckIn, FieldError } from '@coxa/contracts';
import type { LogPosition } from '@coxa/eventing';
import type { Advice } from './advice.js';

export interface Intake {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly errors: readonly FieldError[] }[];
  /** Where the last of them lies; null when nothing was taken or known. */
  readonly position: LogPosition | null;
  readonly advice: readonly Advice[];
}

/** What becomes of one entry. */
export type Verdict =
  | { readonly kind: 'accepted' | 'duplicate'; readonly place: Promise<LogPosition> }
  | {
      readonly kind: 'rejected';
      readonly errors: readonly FieldError[];
      /** What it contradicts, on its way into the log: only when that arrives has this one been beaten. */
      readonly after?: Promise<unknown>;
    };

export const rejected = (errors: readonly FieldError[], after?: Promise<unknown>): Verdict => ({
  kind: 'rejected',
  errors,
  ...(after === undefined ? {} : { after }),
});

/** The answer to a list; resolves once everything that it acknowledges is durable. */
export async function summary(
  count: number,
  verdicts: ReadonlyMap<number, Verdict>,
  advice: readonly Advice[],
): Promise<Intake> {
  const rejections: { index: number; errors: readonly FieldError[] }[] = [];
  let accepted = 0;
  let duplicates = 0;
  let position: LogPosition | null = null;
  for (let index = 0; index < count; index++) {
    const verdict = verdicts.get(index)!;
    if (verdict.kind === 'rejected') {
      await verdict.after;
      rejections.push({ index, errors: verdict.errors });
    } else {
      // A repeat is acknowledged only once the first is durable.
      const place = await verdict.place;
      if (verdict.kind === 'accepted') accepted++;
      else duplicates++;
      if (!position || place.offset > position.offset) position = place;
    }
  }
  return { accepted, duplicates, rejected: rejections, position, advice: unique(advice) };
}

/** Patients that somebody wrote to without being allowed to, each once. */
export const strangers = (
  verdicts: ReadonlyMap<number, Verdict>,
  entries: readonly unknown[],
): ReadonlySet<string> =>
  new Set(
    Array.from(verdicts).flatMap(([index, verdict]) =>
      verdict.kind === 'rejected' && verdict.errors.some(({ code }) => code === 'unknown-patient')
        ? [(entries[index] as CheckIn).patientId]
        : [],
    ),
  );

const unique = (advice: readonly Advice[]): Advice[] => [
  ...new Map(advice.map((each) => [each.code, each])).values(),
];
