import { programmeAsOf } from '@coxa/domain';
import {
  type Clock,
  type EventStore,
  type Keyring,
  type StoredEvent,
  unseal,
  viewName,
  type ViewEntry,
  type ViewStore,
} from '@coxa/eventing';
import {
  CLOCK,
  CurrentPrincipal,
  Describe,
  defaultLimit,
  EVENT_STORE,
  formatCursor,
  KEYRING,
  notFound,
  parseCursor,
  type Principal,
  Queries,
  readQuery,
  Roles,
  VIEW_STORE,
} from '@coxa/platform';
import { formatPosition } from '@coxa/contracts';
import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Programmes } from '../programme/programmes.js';
import { missing } from '../sessions/ranges.js';
import { docKey, type SessionDoc } from '../sessions/session.js';
import { SessionKeeper } from '../sessions/session-keeper.js';
import {
  keyOf,
  painItem,
  painView,
  prefixOf,
  rotationView,
  timelineItem,
  timelineView,
} from '../views/event-views.js';
import { eventsAt } from '../views/pointed-events.js';
import { After } from './after.js';
import { instantAsOf } from './as-of.js';
import { PatientAccess } from './patient-access.js';
import { painSeries, rotationSeries, sessions } from './words/measurements.js';
import { programme, timeline } from './words/programme.js';

const programQuery = { asOf: 'instant', after: 'text' } as const;
const listQuery = { limit: 'limit', cursor: 'text', after: 'text' } as const;
const seriesQuery = { from: 'instant', to: 'instant', ...listQuery } as const;

const beyond = (prefix: string): string => `${prefix.slice(0, -1)}0`;

/** What clinicians and patients look at. */
@Controller('v1/patients/:id')
export class ViewsController {
  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(SessionKeeper) private readonly sessions: SessionKeeper,
    @Inject(PatientAccess) private readonly access: PatientAccess,
    @Inject(After) private readonly after: After,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('program')
  @Describe({
    tag: 'programme',
    summary:
      'Gives the programme: phase, what to do today, targets with reasons, pain, rotation, for the patient and their clinicians.',
    answer: programme,
  })
  @Roles('clinician', 'patient')
  @Queries(programQuery)
  async program(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const began = performance.now();
    const { asOf, after } = readQuery(query, programQuery);
    await this.access.open(principal, patientId, 'GET /v1/patients/:id/program', () =>
      this.after.wait(after),
    );
    const at = instantAsOf(asOf, this.clock);
    const view = await this.programmes.inspect(
      patientId,
      (state) => programmeAsOf(state, at, this.programmes.ruleset),
      began,
    );
    if (!view) throw notFound();
    return { ...view, position: formatPosition({ in: 'events', position: this.programmes.seen ?? 0 }) };
  }

  @Get('timeline')
  @Describe({
    tag: 'programme',
    summary:
      'Lists what happened and what was decided, newest first, each with its reason, for the patient and their clinicians.',
    answer: timeline,
  })
  @Roles('clinician', 'patient')
  @Queries(listQuery)
  async timeline(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { limit = defaultLimit, cursor, after } = readQuery(query, listQuery);
    await this.access.open(principal, patientId, 'GET /v1/patients/:id/timeline');
    const prefix = prefixOf(patientId);
    const to = cursor === undefined ? beyond(prefix) : parseCursor(cursor, prefix);
    await this.after.wait(after);
    const page = pageOf(
      await this.views.list(viewName(timelineView('')), {
        from: prefix,
        to,
        limit: limit + 1,
        reverse: true,
      }),
      limit,
    );
    const events = await this.eventsAt(patientId, page.items);
    return { ...page, items: await Promise.all(events.map((event) => this.withNote(patientId, event))) };
  }

  @Get('pain')
  @Describe({
    tag: 'check-ins',
    summary:
      'Gives the pain over time for a plot, oldest first, one item a check-in, for the patient and their clinicians.',
    answer: painSeries,
  })
  @Roles('clinician', 'patient')
  @Queries(seriesQuery)
  async pain(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const page = await this.series(patientId, query, principal, viewName(painView('')), 'pain');
    return { ...page, items: (await this.eventsAt(patientId, page.items)).map(painItem) };
  }

  @Get('rotation')
  @Describe({
    tag: 'measurements',
    summary:
      'Gives the rotation over time for a plot, oldest first, one item a measurement, for the patient and their clinicians.',
    answer: rotationSeries,
  })
  @Roles('clinician', 'patient')
  @Queries(seriesQuery)
  rotation(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    return this.series(patientId, query, principal, viewName(rotationView('')), 'rotation');
  }

  @Get('sessions')
  @Describe({
    tag: 'readings',
    summary:
      'Lists the recordings of the sensors, and which of their batches are missing, for the patient and their clinicians.',
    answer: sessions,
  })
  @Roles('clinician', 'patient')
  @Queries(listQuery)
  async listSessions(
    @Param('id') patientId: string,
    @Query() query: unknown,
    @CurrentPrincipal() principal: Principal,
  ) {
    const { limit = defaultLimit, cursor, after } = readQuery(query, listQuery);
    await this.access.open(principal, patientId, 'GET /v1/patients/:id/sessions');
    const prefix = docKey(prefixOf(patientId));
    const from = cursor === undefined ? prefix : `${parseCursor(cursor, prefix)}\u0000`;
    await this.after.wait(after);
    const page = pageOf(
      await this.views.list(this.sessions.view, { from, to: beyond(prefix), limit: limit + 1 }),
      limit,
    );
    return { ...page, items: (page.items as SessionDoc[]).map(sessionView) };
  }

  private async series(patientId: string, query: unknown, principal: Principal, view: string, what: string) {
    const { limit = defaultLimit, cursor, after, from, to } = readQuery(query, seriesQuery);
    await this.access.open(principal, patientId, `GET /v1/patients/:id/${what}`);
    const prefix = prefixOf(patientId);
    const start =
      cursor !== undefined
        ? `${parseCursor(cursor, prefix)}\u0000`
        : from === undefined
          ? prefix
          : keyOf(patientId, from, '');
    const end = to === undefined ? beyond(prefix) : keyOf(patientId, to, '\uffff');
    await this.after.wait(after);
    return pageOf(await this.views.list(view, { from: start, to: end, limit: limit + 1 }), limit);
  }

  private eventsAt(patientId: string, revisions: readonly unknown[]): Promise<StoredEvent[]> {
    const stream = this.programmes.names.programmeStream(patientId);
    return eventsAt(this.events, stream, revisions as readonly number[]);
  }

  /** A note is opened only for the eyes it is meant for, and only while its key exists. */
  private async withNote(patientId: string, event: StoredEvent): Promise<unknown> {
    const { item, sealed } = timelineItem(event);
    if (!sealed) return item;
    const note = await unseal(this.keyring, patientId, sealed);
    return note === undefined ? item : { ...item, data: { ...item.data, note } };
  }
}

/** One page of entries, and where the next begins. */
function pageOf(entries: readonly ViewEntry[], limit: number): { items: unknown[]; next: string | null } {
  const page = entries.slice(0, limit);
  return {
    items: page.map(({ value }) => value),
    next: entries.length > limit ? formatCursor(page.at(-1)!.key) : null,
  };
}

function sessionView({
  sessionId,
  deviceId,
  kind,
  segment,
  side,
  position,
  purpose,
  startedAt,
  samples,
  received,
  last,
  ended,
}: SessionDoc) {
  const batches = received.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const highest = last ?? received.at(-1)?.[1] ?? 0;
  return {
    sessionId,
    deviceId,
    kind,
    segment,
    side,
    position,
    purpose,
    startedAt,
    batches,
    samples,
    missing: missing(received, highest),
    ended,
  };
}
