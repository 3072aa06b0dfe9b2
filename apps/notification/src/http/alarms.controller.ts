import { randomUUID } from 'node:crypto';
import { AssignDto, CommentDto, formatPosition, parseDto, severities } from '@coxa/contracts';
import type { AlarmCommand, AlarmsState } from '@coxa/domain';
import {
  type Clock,
  type EventStore,
  type Keyring,
  Registry,
  seal,
  unseal,
  until,
  viewName,
  type ViewStore,
} from '@coxa/eventing';
import {
  Audit,
  CLOCK,
  CurrentPrincipal,
  defaultLimit,
  Describe,
  emptyBodyOf,
  EVENT_STORE,
  formatCursor,
  invalid,
  jsonOf,
  KEYRING,
  mayAccess,
  notFound,
  parseCursor,
  type Principal,
  Queries,
  readQuery,
  Roles,
  VIEW_STORE,
} from '@coxa/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Alarms } from '../alarms/alarms.js';
import {
  type AlarmDocument,
  alarmKey,
  alarmsView,
  commentKey,
  documentOf,
  patientKey,
} from '../alarms/alarms-view.js';
import { NotificationProjector } from '../notification-projector.js';
import { AfterAlarms } from './after.js';
import { alarm, alarmAfterAct, alarms } from './answers.js';

const view = viewName(alarmsView(''));
const listQuery = {
  state: ['active', 'cleared'],
  severity: severities,
  patientId: 'text',
  limit: 'limit',
  cursor: 'text',
  after: 'text',
} as const;
type Act =
  | { readonly kind: 'acknowledge' | 'comment' | 'clear' }
  | { readonly kind: 'assign'; readonly assignee: string };

/** Alarms, with their history, and what people do about them. */
@Controller('v1/alarms')
export class AlarmsController {
  constructor(
    @Inject(Alarms) private readonly alarms: Alarms,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(AfterAlarms) private readonly after: AfterAlarms,
    @Inject(NotificationProjector) private readonly projector: NotificationProjector,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(KEYRING) private readonly keyring: Keyring,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Describe({
    tag: 'alarms',
    summary: "Lists the alarms of the clinician's patients, the one raised last first.",
    answer: alarms,
  })
  @Roles('clinician')
  @Queries(listQuery)
  async list(@Query() query: unknown, @CurrentPrincipal() principal: Principal) {
    const { state, severity, patientId, limit = defaultLimit, cursor, after } = readQuery(query, listQuery);
    const below = cursor === undefined ? '\uffff' : parseCursor(cursor, '');
    await this.after.wait(after);
    const mine = [...this.registry.allPatients()]
      .map((fact) => fact.patientId)
      .filter(
        (id) => (patientId === undefined || id === patientId) && mayAccess(principal, id, this.registry),
      );
    const states = (await this.views.get(view, mine.map(patientKey))) as (AlarmsState | undefined)[];
    const found = states
      .flatMap((alarms, index) =>
        Object.values(alarms?.alarms ?? {}).map((alarm) => documentOf(mine[index]!, alarm)),
      )
      .filter(
        (alarm) =>
          (state === undefined || alarm.state === state) &&
          (severity === undefined || alarm.severity === severity),
      )
      .map((alarm) => ({ key: placeOf(alarm), alarm }))
      .filter(({ key }) => key < below)
      .sort((a, b) => (a.key < b.key ? 1 : -1));
    const page = found.slice(0, limit);
    await this.audit.recordAll(
      principal,
      [...new Set(page.map(({ alarm }) => alarm.patientId))],
      'GET /v1/alarms',
    );
    return {
      items: page.map(({ alarm }) => alarm),
      next: found.length > limit ? formatCursor(page.at(-1)!.key) : null,
    };
  }

  @Get(':id')
  @Describe({
    tag: 'alarms',
    summary: 'Gives one alarm with its history and comments, for a clinician of the patient.',
    answer: alarm,
  })
  @Roles('clinician')
  @Queries({ after: 'text' })
  async one(@Param('id') alarmId: string, @Query() query: unknown, @CurrentPrincipal() principal: Principal) {
    const { after } = readQuery(query, { after: 'text' });
    await this.after.wait(after);
    const { patientId, alarm } = await this.open(principal, alarmId, 'GET /v1/alarms/:id');
    return this.withComments(patientId, alarm);
  }

  @Post(':id/acknowledge')
  @Describe({
    tag: 'alarms',
    summary: 'Says that a clinician has seen an alarm, which ends its escalation.',
    answer: alarmAfterAct,
  })
  @HttpCode(200)
  @Roles('clinician')
  async acknowledge(
    @Req() request: FastifyRequest,
    @Param('id') alarmId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await emptyBodyOf(request);
    return this.act(principal, alarmId, { kind: 'acknowledge' });
  }

  @Post(':id/clear')
  @Describe({
    tag: 'alarms',
    summary: 'Closes an alarm, for a clinician who has dealt with it.',
    more: 'When the same happens again, a new alarm is raised.',
    answer: alarmAfterAct,
  })
  @HttpCode(200)
  @Roles('clinician')
  async clear(
    @Req() request: FastifyRequest,
    @Param('id') alarmId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await emptyBodyOf(request);
    return this.act(principal, alarmId, { kind: 'clear' });
  }

  @Post(':id/assign')
  @Describe({
    tag: 'alarms',
    summary: 'Gives an alarm to somebody to look after, for a clinician of the patient.',
    answer: alarmAfterAct,
    examples: () => ({ 'to a colleague': { assignee: 'dr-lee' } }),
  })
  @HttpCode(200)
  @Roles('clinician')
  @ApiBody({ type: AssignDto })
  async assign(
    @Req() request: FastifyRequest,
    @Param('id') alarmId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    const parsed = parseDto(AssignDto, await jsonOf(request));
    if (!parsed.ok) throw invalid(parsed.errors);
    return this.act(principal, alarmId, { kind: 'assign', assignee: parsed.value.assignee });
  }

  @Post(':id/comment')
  @Describe({
    tag: 'alarms',
    summary: 'Writes a comment into the history of an alarm, for a clinician of the patient.',
    answer: alarmAfterAct,
    examples: () => ({ 'after a call': { text: 'Called Ana: she pauses the lunges until Friday.' } }),
  })
  @HttpCode(200)
  @Roles('clinician')
  @ApiBody({ type: CommentDto })
  async comment(
    @Req() request: FastifyRequest,
    @Param('id') alarmId: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    const parsed = parseDto(CommentDto, await jsonOf(request));
    if (!parsed.ok) throw invalid(parsed.errors);
    return this.act(principal, alarmId, { kind: 'comment' }, parsed.value.text);
  }

  private async act(principal: Principal, alarmId: string, act: Act, text?: string) {
    const { patientId } = await this.open(principal, alarmId, `POST /v1/alarms/:id/${act.kind}`);
    const at = new Date(this.clock.now()).toISOString();
    const command = { ...act, alarmId, by: principal.subject, at } as AlarmCommand;
    const metadata = text === undefined ? {} : { sealed: await seal(this.keyring, patientId, text) };
    const { position } = await this.alarms.handle(patientId, {
      messageId: `act/${alarmId}/${randomUUID()}`,
      command,
      metadata,
    });
    const head = position ?? (await this.events.head());
    await until(() => this.projector.reached(head), 5_000);
    const { alarm } = await this.find(alarmId);
    return {
      ...(await this.withComments(patientId, alarm)),
      position: formatPosition({ in: 'events', position: head ?? 0 }),
    };
  }

  private async open(principal: Principal, alarmId: string, action: string) {
    const found = await this.find(alarmId).catch(() => undefined);
    if (!found) throw notFound();
    if (!mayAccess(principal, found.patientId, this.registry))
      throw this.audit.denied(principal, found.patientId, action);
    await this.audit.record(principal, found.patientId, action);
    return found;
  }

  private async find(alarmId: string): Promise<{ patientId: string; alarm: AlarmDocument }> {
    const [patientId] = (await this.views.get(view, [alarmKey(alarmId)])) as (string | undefined)[];
    const [state] =
      patientId === undefined
        ? []
        : ((await this.views.get(view, [patientKey(patientId)])) as (AlarmsState | undefined)[]);
    const alarm = state?.alarms[alarmId];
    if (patientId === undefined || !alarm) throw notFound();
    return { patientId, alarm: documentOf(patientId, alarm) };
  }

  private async withComments(patientId: string, alarm: AlarmDocument): Promise<AlarmDocument> {
    const history = alarm.history.map(async (entry, index) => {
      if (entry.transition !== 'commented') return entry;
      const [sealed] = (await this.views.get(view, [commentKey(alarm.id, index)])) as (string | undefined)[];
      const text = sealed === undefined ? undefined : await unseal(this.keyring, patientId, sealed);
      return text === undefined ? entry : { ...entry, text };
    });
    return { ...alarm, history: await Promise.all(history) };
  }
}

/**
 * Where an alarm stands in the list. When it was raised does not change: by when it occurred last, one that occurs again
 * while somebody pages would leap over the page to come, and not be seen.
 */
const placeOf = ({ id, firstAt, history }: AlarmDocument): string =>
  `${history[0]?.at ?? firstAt}/${firstAt}/${id}`;
