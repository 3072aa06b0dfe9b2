import {
  type Names,
  namesOf,
  nameId,
  type ReceiverDto,
  severities,
  type Severity,
  storedJson,
} from '@coxa/contracts';
import {
  type EventStore,
  type Keyring,
  type Projection,
  RevisionConflict,
  seal,
  unseal,
  viewName,
  type ViewStore,
} from '@coxa/eventing';
import { CONFIG, type Config, EVENT_STORE, KEYRING, VIEW_STORE } from '@coxa/platform';
import { Inject, Injectable } from '@nestjs/common';

/** One way to reach somebody. The secret is sealed under a key of the receiver's own. */
export type Channel =
  | { readonly kind: 'webhook'; readonly url: string; readonly sealedSecret: string }
  | { readonly kind: 'mail'; readonly address: string }
  | { readonly kind: 'log' };

export interface Receiver {
  readonly id: string;
  readonly role: 'assigned' | 'on-call' | 'lead';
  readonly subject?: string;
  readonly minSeverity: Severity;
  readonly channels: readonly Channel[];
  readonly quietHours?: { readonly from: string; readonly to: string; readonly zone: string };
}

const keyName = (receiverId: string): string => `receiver:${receiverId}`;
const rank = (severity: Severity): number => severities.indexOf(severity);

export const receiversView = (streamPrefix: string): Projection => ({
  name: 'receivers',
  version: 1,
  apply({ stream, data }, view) {
    if (stream.startsWith(streamPrefix)) view.put(stream.slice(streamPrefix.length), storedJson(data));
  },
});

/** Who is told. Each receiver is a stream of its configurations. */
@Injectable()
export class Receivers {
  readonly names: Names;

  constructor(
    @Inject(CONFIG) { prefix }: Config,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
  ) {
    this.names = namesOf(prefix);
  }

  /** Sets a receiver; the position of the change. */
  async put(id: string, { role, subject, minSeverity, channels, quietHours }: ReceiverDto): Promise<number> {
    const sealed = await Promise.all(
      channels.map(async ({ kind, url, secret, address }): Promise<Channel> => {
        if (kind === 'webhook')
          return { kind, url: url!, sealedSecret: await seal(this.keyring, keyName(id), secret!) };
        return kind === 'mail' ? { kind, address: address! } : { kind };
      }),
    );
    const receiver: Receiver = {
      id,
      role,
      minSeverity,
      channels: sealed,
      ...(subject === undefined ? {} : { subject }),
      ...(quietHours ? { quietHours: { ...quietHours } } : {}),
    };
    const stream = this.names.receiverStream(id);
    for (;;) {
      const revision = (await this.store.readStream(stream)).length - 1;
      const event = {
        id: nameId(`${stream}/${revision + 1}/${Date.now()}`),
        type: 'coxa.receiver-configured.v1',
        data: Buffer.from(JSON.stringify(receiver)),
        metadata: {},
      };
      try {
        return (await this.store.append(stream, revision < 0 ? 'no-stream' : revision, [event])).position;
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  }

  async all(): Promise<Receiver[]> {
    return (await this.views.list(viewName(receiversView('')))).map(({ value }) => value as Receiver);
  }

  /**
   * Whom a notice goes to at first: until the alarm is assigned every `assigned` receiver whose subject is in the care team,
   * or that has none; then the assignee's. An assignee who has no receiver leaves the care team's in charge, and where nobody
   * is `assigned` those on call are told, else the lead: a notice that would reach nobody must not be dropped.
   */
  async firstFor(
    severity: Severity,
    careTeam: readonly string[],
    assignee: string | null,
  ): Promise<Receiver[]> {
    const all = await this.all();
    const of = (role: Receiver['role'], subjects: readonly string[]) =>
      all.filter((each) => each.role === role && (!each.subject || subjects.includes(each.subject)));
    const reachable = all.some(({ role, subject }) => role === 'assigned' && subject === assignee);
    const first = of('assigned', assignee !== null && reachable ? [assignee] : careTeam);
    const everybody = (role: Receiver['role']) => all.filter((each) => each.role === role);
    const told = [first, everybody('on-call'), everybody('lead')].find((some) => some.length > 0) ?? [];
    return told.filter(({ minSeverity }) => rank(severity) <= rank(minSeverity));
  }

  /** The webhook's signing secret. */
  secretOf(receiverId: string, sealedSecret: string): Promise<string | undefined> {
    return unseal(this.keyring, keyName(receiverId), sealedSecret);
  }
}
