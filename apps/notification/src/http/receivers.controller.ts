import { formatPosition, MalformedError, parseDto, ReceiverDto } from '@coxa/contracts';
import { Registry, until, type ViewEntry, viewName, type ViewStore } from '@coxa/eventing';
import {
  Audit,
  CurrentPrincipal,
  defaultLimit,
  Describe,
  emptyBodyOf,
  formatCursor,
  invalid,
  jsonOf,
  mayAccess,
  notFound,
  parseCursor,
  type Principal,
  Queries,
  readQuery,
  Roles,
  toPage,
  VIEW_STORE,
  CONFIG,
  type Config,
} from '@coxa/platform';
import { Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { deliveriesView, type Delivery } from '../deliveries/delivery.js';
import { type Receiver, Receivers } from '../deliveries/receivers.js';
import { Sender } from '../deliveries/sender.js';
import { NotificationProjector } from '../notification-projector.js';
import { AfterAlarms } from './after.js';
import { deliveries, receiver, receiverPut, receivers, resent } from './answers.js';
import { channelFaults, shownChannel } from './channels.js';
import { receiverExamples } from './receiver-examples.js';

const view = viewName(deliveriesView(''));
const listQuery = { limit: 'limit', cursor: 'text', after: 'text' } as const;

/** Who is told, and what became of telling them. */
@Controller('v1')
export class ReceiversController {
  constructor(
    @Inject(Receivers) private readonly receivers: Receivers,
    @Inject(Sender) private readonly sender: Sender,
    @Inject(NotificationProjector) private readonly projector: NotificationProjector,
    @Inject(AfterAlarms) private readonly after: AfterAlarms,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Put('receivers/:id')
  @Describe({
    tag: 'receivers',
    summary: 'Says whom to tell of alarms, and how, for clinicians and operators.',
    more: 'The same again changes nothing and sends nothing. `secret` is `whsec_` and base64 of 24 to 64 bytes; a webhook is signed with it (Standard Webhooks). `quietHours` are kept and given back; nothing is put off for their sake yet, an alarm at night is told at night.',
    answer: receiverPut,
    examples: receiverExamples,
  })
  @HttpCode(200)
  @Roles('clinician', 'operator')
  @ApiBody({ type: ReceiverDto })
  async put(@Req() request: FastifyRequest, @Param('id') id: string) {
    if (!/^[A-Za-z0-9._:-]{1,128}$/.test(id)) throw new MalformedError('the path holds no valid id');
    const parsed = parseDto(ReceiverDto, await jsonOf(request));
    if (!parsed.ok) throw invalid(parsed.errors);
    const { webhookAllowPrivate } = this.config;
    const faults = parsed.value.channels.flatMap((channel, index) =>
      channelFaults(channel, index, webhookAllowPrivate),
    );
    if (faults.length > 0) throw invalid(faults);
    const position = await this.receivers.put(id, parsed.value);
    await until(() => this.projector.reached(position), 5_000);
    return { ...(await this.named(id)), position: formatPosition({ in: 'events', position }) };
  }

  @Get('receivers')
  @Describe({
    tag: 'receivers',
    summary: 'Lists who is told of alarms, for clinicians and operators.',
    more: 'Secrets are never shown.',
    answer: receivers,
  })
  @Roles('clinician', 'operator')
  @Queries(listQuery)
  async list(@Query() query: unknown) {
    const { limit = defaultLimit, cursor, after } = readQuery(query, listQuery);
    const from = cursor === undefined ? '' : parseCursor(cursor, '');
    await this.after.wait(after);
    const all = (await this.receivers.all()).filter(({ id }) => id > from);
    return {
      items: all.slice(0, limit).map(withoutSecrets),
      next: all.length > limit ? formatCursor(all[limit - 1]!.id) : null,
    };
  }

  @Get('receivers/:id')
  @Describe({
    tag: 'receivers',
    summary: 'Gives one receiver, for clinicians and operators.',
    answer: receiver,
  })
  @Roles('clinician', 'operator')
  @Queries({ after: 'text' })
  async one(@Param('id') id: string, @Query() query: unknown) {
    await this.after.wait(readQuery(query, { after: 'text' }).after);
    return this.named(id);
  }

  @Describe({
    tag: 'receivers',
    summary: 'Lists what was told to whom and how that went, for clinicians and operators.',
    more: 'A clinician sees what was told of their own patients.',
    answer: deliveries,
  })
  @Get('deliveries')
  @Roles('clinician', 'operator')
  @Queries(listQuery)
  async deliveries(@Query() query: unknown, @CurrentPrincipal() principal: Principal) {
    const { limit = defaultLimit, cursor, after } = readQuery(query, listQuery);
    let from = cursor === undefined ? '' : `${parseCursor(cursor, '')}\u0000`;
    await this.after.waitForDeliveries(after);
    const found: ViewEntry[] = [];
    for (let page: ViewEntry[]; found.length <= limit; from = `${page.at(-1)!.key}\u0000`) {
      page = await this.views.list(view, { from, to: '~', limit: limit + 1 });
      found.push(...page.filter(({ value }) => this.mayKnow(principal, value as Delivery)));
      if (page.length <= limit) break;
    }
    const { items, next } = toPage(found, limit, ({ key }) => key);
    const shown = new Set(items.map(({ value }) => (value as Delivery).patientId));
    await this.audit.recordAll(principal, [...shown], 'GET /v1/deliveries');
    return { items: items.map(({ value }) => deliveryDocument(value as Delivery)), next };
  }

  @Describe({
    tag: 'receivers',
    summary: 'Makes a delivery again, under the same id, for clinicians and operators.',
    answer: resent,
  })
  @Post('deliveries/:id/resend')
  @HttpCode(202)
  @Roles('clinician', 'operator')
  async resend(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @CurrentPrincipal() principal: Principal,
  ) {
    await emptyBodyOf(request);
    const [delivery] = (await this.views.get(view, [id])) as (Delivery | undefined)[];
    if (typeof delivery !== 'object') throw notFound();
    const action = 'POST /v1/deliveries/:id/resend';
    if (!this.mayKnow(principal, delivery)) throw this.audit.denied(principal, delivery.patientId, action);
    await this.audit.record(principal, delivery.patientId, action);
    const position = await this.sender.resend(delivery);
    return { id, state: 'pending', position: formatPosition({ in: 'events', position }) };
  }

  private mayKnow(principal: Principal, { patientId }: Delivery): boolean {
    return principal.role === 'operator' || mayAccess(principal, patientId, this.registry);
  }

  private async named(id: string) {
    const receiver = (await this.receivers.all()).find((each) => each.id === id);
    if (!receiver) throw notFound();
    return withoutSecrets(receiver);
  }
}

const withoutSecrets = ({ channels, ...receiver }: Receiver) => ({
  ...receiver,
  channels: channels.map(shownChannel),
});

const deliveryDocument = ({ id, alarmId, receiver, channel, state, attempts }: Delivery) => ({
  id,
  alarmId,
  receiver,
  channel: channel.kind,
  state,
  attempts,
});
