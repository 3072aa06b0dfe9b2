import type { ReadingBatch } from '@coxa/contracts';
import type { MessageLog, Registry, ViewStore } from '@coxa/eventing';
import type { Programmes } from '../programme/programmes.js';
import { measureSession, type WholeSession } from './measure-session.js';
import { batchOf } from './session-fold.js';
import { batchKey, type BatchPlace, capturePrefix, docKey, type SessionDoc } from './session.js';

interface Deps {
  readonly programmes: Programmes;
  readonly views: ViewStore;
  /** Name of the view of sessions. */
  readonly view: string;
  readonly log: MessageLog;
  readonly registry: Registry;
}

/** Turns a session that has ended into what the programme is told of it. */
export class SessionMeasurer {
  constructor(private readonly deps: Deps) {}

  /** The recording itself, its measurement, and that of a thigh whose pelvis sensor this was. Told twice, it changes nothing. */
  async measure(session: string, doc: SessionDoc): Promise<void> {
    const receivedAt = this.deps.programmes.now();
    const { patientId, deviceId, sessionId, purpose, startedAt, samples, heardAt } = doc;
    const recording = {
      messageId: `session/${session}/${samples}/recording`,
      command: {
        kind: 'record-recording',
        sessionId: `${deviceId}/${sessionId}`,
        at: startedAt,
        purpose,
        ...(heardAt ? { heardAt } : {}),
        receivedAt,
      } as const,
    };
    const { error } = await this.deps.programmes.run(patientId, [recording]);
    if (error !== undefined) throw error;
    if (purpose !== 'measurement') return;
    const others = await this.capturedWith(session, doc);
    if (doc.segment === 'pelvis' && doc.captureId !== undefined) {
      // It says nothing of the hip by itself; what was measured of the thigh alone is now measured of the pair.
      for (const thigh of others.filter((other) => needsPelvis(other.doc)))
        await this.tell(thigh, { session, doc });
      return;
    }
    const pelvis = needsPelvis(doc) ? others.find((other) => other.doc.segment === 'pelvis') : undefined;
    await this.tell({ session, doc }, pelvis);
  }

  /** Sessions of sensors worn at the same time that have ended too. */
  private async capturedWith(session: string, { patientId, captureId }: SessionDoc): Promise<Found[]> {
    if (captureId === undefined) return [];
    const { views, view } = this.deps;
    const prefix = capturePrefix(patientId, captureId);
    const entries = await views.list(view, { from: prefix, to: `${prefix}~` });
    const keys = entries.map(({ value }) => value as string).filter((key) => key !== session);
    const docs = (await views.get(view, keys.map(docKey))) as (SessionDoc | undefined)[];
    return keys.flatMap((key, i): Found[] => {
      const doc = docs[i];
      return doc && doc.ended !== null && doc.purpose === 'measurement' ? [{ session: key, doc }] : [];
    });
  }

  private async tell({ session, doc }: Found, pelvis: Found | undefined): Promise<void> {
    const { programmes } = this.deps;
    const receivedAt = programmes.now();
    const [own, other] = [
      await this.whole(session, doc),
      pelvis && (await this.whole(pelvis.session, pelvis.doc)),
    ];
    // Of an old session retention may have taken a part: what was measured from the whole of it stands.
    if (!own || (pelvis && !other)) return;
    const paired = pelvis ? `+${pelvis.session}/${pelvis.doc.samples}` : '';
    const { error } = await programmes.run(doc.patientId, [
      {
        messageId: `session/${session}/${doc.samples}${paired}`,
        command: { kind: 'record-rotation', rotation: measureSession(own, other), receivedAt } as const,
      },
    ]);
    if (error !== undefined) throw error;
  }

  private async whole(session: string, doc: SessionDoc): Promise<WholeSession | undefined> {
    const batches = await this.batches(session);
    const device = this.deps.registry.device(doc.deviceId);
    return (
      batches && {
        doc,
        batches,
        device: {
          model: device?.model ?? 'unknown',
          ...(device?.mounting ? { mounting: device.mounting } : {}),
        },
      }
    );
  }

  /** All batches of a session in order; undefined when the log has not kept them all. */
  private async batches(session: string): Promise<ReadingBatch[] | undefined> {
    const { views, view, log, programmes } = this.deps;
    const entries = await views.list(view, { from: batchKey(session, 0), to: `batch/${session}0` });
    const batches: ReadingBatch[] = [];
    for (const { value } of entries) {
      const { partition, offset } = value as BatchPlace;
      const [message] = await log.read(programmes.names.readings, partition, offset, 1);
      if (message?.offset !== offset) return undefined;
      batches.push(batchOf(message));
    }
    return batches;
  }
}

interface Found {
  readonly session: string;
  readonly doc: SessionDoc;
}

/** Standing, the thigh's rotation is a difference of two facings. */
const needsPelvis = ({ segment, position, kind }: SessionDoc): boolean =>
  segment === 'thigh' && position === 'standing' && kind === 'imu';
