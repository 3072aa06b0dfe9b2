import { alarmRules, patientSides, severities } from '@coxa/contracts';
import {
  flag,
  instant,
  joined,
  list,
  nullable,
  oneOf,
  pageOf,
  position,
  record,
  shape,
  text,
  whole,
} from '@coxa/platform';
import type { AlarmDocument } from '../alarms/alarms-view.js';
import type { Attempt, Delivery } from '../deliveries/delivery.js';
import type { Receiver } from '../deliveries/receivers.js';

const step = shape<AlarmDocument['history'][number]>(
  {
    at: instant(),
    transition: oneOf([
      'raised',
      'repeated',
      'severity-raised',
      'acknowledged',
      'assigned',
      'commented',
      'cleared',
    ]),
    by: text('Who did it, or `rule`', 'dr-lee'),
    text: text('What was commented; with one alarm, not in the list'),
  },
  ['text'],
);

export const alarm = shape<AlarmDocument>({
  id: text('What to acknowledge, assign, comment or clear'),
  patientId: text(undefined, 'ana'),
  rule: oneOf(alarmRules, 'What raised it'),
  side: oneOf(patientSides),
  severity: oneOf(severities),
  state: oneOf(['active', 'cleared']),
  acknowledged: flag('Somebody has seen it'),
  count: whole('How often it has occurred since it was raised', 1),
  firstAt: instant('When it occurred first'),
  lastAt: instant('When it occurred last'),
  assignee: nullable(text('Who looks after it', 'dr-lee')),
  reason: text('Why it was raised, in a sentence'),
  inputs: record('What the rule went by'),
  history: list(step, 'What became of it, oldest first'),
});
export const alarms = pageOf(alarm);
export const alarmAfterAct = joined(alarm, shape({ position }));

const channel = shape<{ kind: string; url?: string; address?: string }>(
  {
    kind: oneOf(['webhook', 'mail', 'log']),
    url: text('Of a webhook; its secret is never shown', 'https://clinic.example/coxa'),
    address: text('Of mail'),
  },
  ['url', 'address'],
);

export const receiver = shape<Receiver>(
  {
    id: text(undefined, 'dr-lee'),
    role: oneOf(['assigned', 'on-call', 'lead'], 'Its step of the escalation'),
    subject: text('Whose receiver it is', 'dr-lee'),
    minSeverity: oneOf(severities, 'Nothing milder is told'),
    channels: list(channel),
    quietHours: shape({
      from: text(undefined, '21:00'),
      to: text(undefined, '07:00'),
      zone: text(undefined, 'Europe/Berlin'),
    }),
  },
  ['subject', 'quietHours'],
);
export const receivers = pageOf(receiver);
export const receiverPut = joined(receiver, shape({ position }));

const state = oneOf(['pending', 'delivered', 'failed']);
const attempt = shape<Attempt>({
  at: instant(),
  status: {
    description: 'HTTP status, or why there was none',
    anyOf: [{ type: 'integer' }, { type: 'string' }],
  },
});

export const deliveries = pageOf(
  shape<Pick<Delivery, 'id' | 'alarmId' | 'receiver' | 'channel' | 'state' | 'attempts'>>({
    id: text('The same as the `webhook-id` that was sent'),
    alarmId: text(),
    receiver: text(undefined, 'dr-lee'),
    channel: oneOf(['webhook', 'mail', 'log']),
    state,
    attempts: list(attempt, 'Oldest first'),
  }),
);
export const resent = shape({ id: text('The delivery'), state, position });
