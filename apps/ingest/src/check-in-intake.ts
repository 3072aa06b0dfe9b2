import { createHmac } from 'node:crypto';
import {
  canonicalJson,
  checkCheckIn,
  type CheckIn,
  type FieldError,
  type LoggedCheckIn,
  nameId,
  parseInstant,
  toHeaders,
} from '@coxa/contracts';
import {
  type Clock,
  type Keyring,
  type LogPosition,
  type LogRecord,
  type MessageLog,
  Registry,
  seal,
} from '@coxa/eventing';
import { Audit, currentTraceparent, mayAccess, type Principal } from '@coxa/platform';
import { type Advice, adviceFor } from './advice.js';
import type { SeenIndex } from './seen-index.js';

const action = 'POST /v1/check-ins';
export const digestHeader = 'coxa_digest';

export interface Intake {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly errors: readonly FieldError[] }[];
  /** Where the last of them lies; null when nothing was taken or known. */
  readonly position: LogPosition | null;
  readonly advice: readonly Advice[];
}

type Verdict =
  | { readonly kind: 'accepted' | 'duplicate'; readonly place: Promise<LogPosition> }
  | { readonly kind: 'rejected'; readonly errors: readonly FieldError[] };

interface Prepared {
  readonly index: number;
  readonly checkIn: CheckIn;
  readonly key: string;
  readonly digest: string;
  readonly sealedNote: string | undefined;
}

/** Takes check-ins in: checked, told apart from repeats, the note encrypted, durable in the log before anybody is told so. */
export class CheckInIntake {
  constructor(
    private readonly deps: {
      readonly log: MessageLog;
      readonly topic: string;
      readonly registry: Registry;
      readonly keyring: Keyring;
      readonly clock: Clock;
      readonly audit: Audit;
      readonly seen: SeenIndex<null>;
    },
  ) {}

  /**
   * Takes a list as one: the good entries are taken, each other one is answered with its faults. `pointer` is where an entry lies in the body.
   * Breaking the glass opens reading, not writing: it is left aside here.
   */
  async take(
    { breakGlass: _breakGlass, ...sender }: Principal,
    entries: readonly unknown[],
    pointer: (index: number) => string,
  ): Promise<Intake> {
    const verdicts = new Map<number, Verdict>();
    const prepared: Prepared[] = [];
    for (const [index, entry] of entries.entries()) {
      const outcome = await this.prepare(sender, entry, index, pointer(index));
      if ('checkIn' in outcome) prepared.push(outcome);
      else verdicts.set(index, outcome);
    }
    await this.store(sender, prepared, verdicts, pointer);
    // A repeat is advised like the first: the answer to the first may never have arrived.
    const advice = prepared
      .filter(({ index }) => verdicts.get(index)?.kind !== 'rejected')
      .flatMap(({ checkIn }) => adviceFor(checkIn));
    for (const patientId of strangers(verdicts, entries)) this.deps.audit.denied(sender, patientId, action);
    return summary(entries.length, verdicts, advice);
  }

  private async prepare(
    principal: Principal,
    entry: unknown,
    index: number,
    path: string,
  ): Promise<Prepared | Verdict> {
    const { keyring, clock, registry } = this.deps;
    const faults = checkCheckIn(entry, clock.now());
    if (faults.length > 0) return rejected(faults.map((fault) => ({ ...fault, path: path + fault.path })));
    const checkIn = entry as CheckIn;
    const { patientId, id, note } = checkIn;
    if (!registry.patient(patientId)) await registry.catchUp();
    const patient = registry.patient(patientId);
    if (!patient || !mayAccess(principal, patientId, registry))
      return rejected([
        { path: `${path}/patientId`, code: 'unknown-patient', message: 'is not known, or not yours' },
      ]);
    if (patient.consent.withdrawnAt !== undefined)
      return rejected([
        {
          path: `${path}/patientId`,
          code: 'consent-withdrawn',
          message: 'consent was withdrawn; nothing is taken',
        },
      ]);
    if (parseInstant(checkIn.at)! < parseInstant(patient.enrolledAt)!)
      return rejected([
        { path: `${path}/at`, code: 'before-enrolment', message: 'lies before the enrolment' },
      ]);
    // Keyed by the patient's own key: the digest tells nothing, and nothing at all once the key is erased.
    const digest = createHmac('sha256', await keyring.keyFor(patientId))
      .update(canonicalJson(checkIn))
      .digest('base64url')
      .slice(0, 22);
    const sealedNote = note === undefined ? undefined : await seal(keyring, patientId, note);
    return { index, checkIn, key: `${patientId}/${id}`, digest, sealedNote };
  }

  private async store(
    principal: Principal,
    prepared: readonly Prepared[],
    verdicts: Map<number, Verdict>,
    pointer: (index: number) => string,
  ): Promise<void> {
    const { log, seen, audit } = this.deps;
    const known = await Promise.all(prepared.map(({ key }) => seen.find(key)));
    // From here to `add` nothing is awaited: no other request can slip between.
    const fresh = new Map<string, Prepared>();
    const append = deferred<LogPosition[]>();
    for (const [i, entry] of prepared.entries()) {
      const before = known[i] ?? seen.announced(entry.key);
      const first = fresh.get(entry.key);
      const digest = before ? (before.kind === 'stored' ? before.seen.digest : before.digest) : first?.digest;
      if (digest === undefined) {
        fresh.set(entry.key, entry);
        continue;
      }
      const path = `${pointer(entry.index)}/id`;
      if (digest !== entry.digest)
        verdicts.set(
          entry.index,
          rejected([{ path, code: 'id-reused', message: 'was used for other content; the first stands' }]),
        );
      else if (before)
        verdicts.set(entry.index, {
          kind: 'duplicate',
          place:
            before.kind === 'stored'
              ? Promise.resolve({ topic: this.deps.topic, ...before.seen })
              : before.durable,
        });
      else
        verdicts.set(entry.index, { kind: 'duplicate', place: append.promise.then((places) => places[0]!) });
    }
    if (fresh.size === 0) return;
    // One array is handled in order of `at`.
    const ordered = [...fresh.values()].sort(
      ({ checkIn: a }, { checkIn: b }) =>
        parseInstant(a.at)! - parseInstant(b.at)! || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
    ordered.forEach((entry, place) => {
      const durable = append.promise.then((places) => places[place]!);
      seen.add(entry.key, entry.digest, null, durable);
      verdicts.set(entry.index, { kind: 'accepted', place: durable });
    });
    const patients = new Set(ordered.map(({ checkIn }) => checkIn.patientId));
    const audits = [...patients].map((patientId) => audit.recordOf(principal, patientId, action));
    try {
      append.resolve(await log.append([...ordered.map((entry) => this.record(entry)), ...audits]));
    } catch (error) {
      append.reject(error);
      throw error;
    }
  }

  private record({ checkIn, digest, sealedNote }: Prepared): LogRecord {
    const { note: _note, ...plain } = checkIn;
    const logged: LoggedCheckIn = { ...plain, ...(sealedNote === undefined ? {} : { sealedNote }) };
    const { patientId, id } = checkIn;
    const time = new Date(this.deps.clock.now()).toISOString();
    const traceparent = currentTraceparent();
    const headers = toHeaders({
      id: nameId(`check-in/${patientId}/${id}`),
      source: 'coxa/ingest',
      type: 'coxa.check-in-reported.v1',
      time,
      contentType: 'application/json',
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    return {
      topic: this.deps.topic,
      key: patientId,
      value: Buffer.from(JSON.stringify(logged)),
      headers: { ...headers, [digestHeader]: digest },
    };
  }
}

const rejected = (errors: readonly FieldError[]): Verdict => ({ kind: 'rejected', errors });

function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

async function summary(
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
    if (verdict.kind === 'rejected') rejections.push({ index, errors: verdict.errors });
    else {
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
const strangers = (
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
