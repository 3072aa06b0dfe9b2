import { createHmac } from 'node:crypto';
import {
  canonicalJson,
  checkCheckIn,
  type CheckIn,
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
import { Audit, mayAccess, type Principal } from '@coxa/platform';
import { adviceFor } from './advice.js';
import { type Intake, rejected, strangers, summary, type Verdict } from './check-in-verdict.js';
import type { SeenIndex } from './seen-index.js';

const action = 'POST /v1/check-ins';
export const digestHeader = 'coxa_digest';
/** The check-in's own id, so that nobody need look into the value to tell it from others. */
export const idHeader = 'coxa_id';

interface Sent {
  readonly sender: Principal;
  readonly entry: unknown;
  readonly index: number;
  /** Where the entry lies in the body. */
  readonly path: string;
  /** Folds the registry up to its present end, once a request. */
  readonly caughtUp: () => Promise<void>;
}

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
      readonly seen: SeenIndex;
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
    let asked: Promise<void> | undefined;
    const caughtUp = () => (asked ??= this.deps.registry.catchUp());
    for (const [index, entry] of entries.entries()) {
      const outcome = await this.prepare({ sender, entry, index, path: pointer(index), caughtUp });
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

  private async prepare({ sender, entry, index, path, caughtUp }: Sent): Promise<Prepared | Verdict> {
    const { keyring, clock, registry } = this.deps;
    const faults = checkCheckIn(entry, clock.now());
    if (faults.length > 0) return rejected(faults.map((fault) => ({ ...fault, path: path + fault.path })));
    const checkIn = entry as CheckIn;
    const { patientId, id, note } = checkIn;
    // Before somebody is told that they are strangers: they may have been registered a moment ago.
    if (!mayAccess(sender, patientId, registry)) await caughtUp();
    const patient = registry.patient(patientId);
    if (!patient || !mayAccess(sender, patientId, registry))
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
    // One that is remembered will do: nothing is encrypted with it here, and to ask whether it was erased meanwhile is a question to the event store.
    const digestKey = (await keyring.find(patientId)) ?? (await keyring.keyFor(patientId));
    const digest = createHmac('sha256', digestKey)
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
    const repeats: Prepared[] = [];
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
          rejected(
            [{ path, code: 'id-reused', message: 'was used for other content; the first stands' }],
            before?.kind === 'fresh' ? before.durable : undefined,
          ),
        );
      else if (before)
        verdicts.set(entry.index, {
          kind: 'duplicate',
          place:
            before.kind === 'stored'
              ? Promise.resolve({ topic: this.deps.topic, ...before.seen })
              : before.durable,
        });
      else repeats.push(entry);
    }
    if (fresh.size === 0) return;
    // One array is handled in order of `at`.
    const ordered = [...fresh.values()].sort(
      ({ checkIn: a }, { checkIn: b }) =>
        parseInstant(a.at)! - parseInstant(b.at)! || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    );
    const append = deferred<LogPosition[]>();
    const places = new Map<string, Promise<LogPosition>>();
    ordered.forEach((entry, index) => {
      const place = append.promise.then((all) => all[index]!);
      places.set(entry.key, place);
      seen.add(entry.key, entry.digest, place);
      verdicts.set(entry.index, { kind: 'accepted', place });
    });
    for (const { index, key } of repeats) verdicts.set(index, { kind: 'duplicate', place: places.get(key)! });
    const patients = new Set(ordered.map(({ checkIn }) => checkIn.patientId));
    const audits = [...patients].map((patientId) => audit.recordOf(principal, patientId, action));
    try {
      append.resolve(await log.append([...ordered.map((entry) => this.record(entry, principal)), ...audits]));
    } catch (error) {
      append.reject(error);
      throw error;
    }
  }

  private record({ checkIn, digest, sealedNote }: Prepared, { traceparent }: Principal): LogRecord {
    const { note: _note, ...plain } = checkIn;
    const logged: LoggedCheckIn = { ...plain, ...(sealedNote === undefined ? {} : { sealedNote }) };
    const { patientId, id } = checkIn;
    const time = new Date(this.deps.clock.now()).toISOString();
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
      headers: { ...headers, [digestHeader]: digest, [idHeader]: id },
    };
  }
}

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
