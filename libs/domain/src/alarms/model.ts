import type { Instant, PatientSide } from '../model/facts.js';
import type { ProgrammeEvent } from '../model/event.js';

export type AlarmSeverity = 'HIGH' | 'MEDIUM' | 'LOW';

/** One alarm. Key: patient, rule and side; after clearing a new occurrence opens a new one. */
export interface Alarm {
  readonly id: string;
  readonly rule: string;
  readonly side: PatientSide;
  readonly severity: AlarmSeverity;
  readonly state: 'active' | 'cleared';
  readonly acknowledged: boolean;
  readonly count: number;
  /** Event times of the first and last occurrence. */
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly assignee: string | null;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly history: readonly AlarmTransition[];
  /** Somebody has been told of it, by its own notice or one that it joined; false again while it is inhibited. */
  readonly notified: boolean;
  /** The reminder of a spike that is still there after a day has gone out. */
  readonly reminded: boolean;
}

export interface AlarmTransition {
  readonly at: string;
  readonly transition:
    'raised' | 'repeated' | 'severity-raised' | 'acknowledged' | 'assigned' | 'commented' | 'cleared';
  /** A subject, or `rule`. */
  readonly by: string;
}

// Events
interface Shape<Type extends string, Data> {
  readonly type: Type;
  /** RFC 3339: when the service took it. */
  readonly at: string;
  /** Sequence of the programme event that caused it; null when a person did. */
  readonly sequence: number | null;
  readonly data: Data;
}

export type AlarmEvent =
  | Shape<
      'alarm-raised',
      {
        readonly alarmId: string;
        readonly rule: string;
        readonly side: PatientSide;
        readonly severity: AlarmSeverity;
        readonly occurredAt: Instant;
        readonly reason: string;
        readonly inputs: Readonly<Record<string, unknown>>;
        readonly inhibited: boolean;
        /** It is told by a notice that went out just before. */
        readonly joined?: true;
      }
    >
  | Shape<
      'alarm-repeated',
      {
        readonly alarmId: string;
        readonly occurredAt: Instant;
        readonly severity: AlarmSeverity;
        readonly inhibited: boolean;
        /** It is told by a notice that went out just before. */
        readonly joined?: true;
      }
    >
  | Shape<
      'alarm-severity-raised',
      {
        readonly alarmId: string;
        readonly severity: AlarmSeverity;
        readonly occurredAt: Instant;
        /** Of the occurrence that raised it; not there in the earliest events. */
        readonly reason?: string;
        readonly inputs?: Readonly<Record<string, unknown>>;
      }
    >
  | Shape<'alarm-acknowledged' | 'alarm-commented', { readonly alarmId: string; readonly by: string }>
  | Shape<'alarm-assigned', { readonly alarmId: string; readonly by: string; readonly assignee: string }>
  | Shape<'alarm-cleared', { readonly alarmId: string; readonly by: string }>
  /** The decision to tell somebody: deliveries are made from this and from nothing else, so a replay sends nothing. */
  | Shape<
      'notice-requested',
      {
        readonly noticeId: string;
        readonly alarmId: string;
        readonly kind: 'alarm.raised' | 'alarm.severity-raised';
        readonly severity: AlarmSeverity;
        readonly reminder: boolean;
      }
    >
  /** A programme event that changes no alarm but what the rules remember. */
  | Shape<'observed', Observation>;

export type Observation =
  | { readonly kind: 'check-in'; readonly belowSpike: boolean }
  | { readonly kind: 'red-flag'; readonly receivedAt: Instant }
  | { readonly kind: 'reading'; readonly series: string; readonly reading: RememberedReading }
  /** A correction has taken the value of a reading away. */
  | { readonly kind: 'reading-withdrawn'; readonly series: string; readonly id: string };

export interface RememberedReading {
  readonly id: string;
  readonly at: Instant;
  readonly day: number;
  readonly value: number;
  readonly low: boolean;
}

// Commands
export type AlarmCommand =
  /** `alarmId` and `noticeId` are used if one is needed. */
  | {
      readonly kind: 'observe';
      readonly sequence: number;
      readonly event: ProgrammeEvent;
      readonly alarmId: string;
      readonly noticeId: string;
    }
  | {
      readonly kind: 'acknowledge' | 'comment' | 'clear';
      readonly alarmId: string;
      readonly by: string;
      readonly at: string;
    }
  | {
      readonly kind: 'assign';
      readonly alarmId: string;
      readonly by: string;
      readonly assignee: string;
      readonly at: string;
    };

// State
export interface AlarmsState {
  /** Sequence of the last programme event handled: one that comes again changes nothing. */
  readonly handled: number;
  readonly alarms: Readonly<Record<string, Alarm>>;
  /** Key → id of its active alarm. */
  readonly active: Readonly<Record<string, string>>;
  /** Key and severity → when somebody was last told. */
  readonly told: Readonly<Record<string, Instant>>;
  /** When the last notice of MEDIUM or LOW went out: others join it for five minutes. */
  readonly lastQuietNotice: Instant;
  readonly redFlagAt: Instant;
  /** Check-ins in a row below both spike rules. */
  readonly calmCheckIns: number;
  readonly readings: Readonly<Record<string, readonly RememberedReading[]>>;
}

export const keyOf = (rule: string, side: string): string => `${rule}/${side}`;
export const severityRank: Readonly<Record<AlarmSeverity, number>> = { LOW: 0, MEDIUM: 1, HIGH: 2 };
