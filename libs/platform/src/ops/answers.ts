import type { Comparison, ParkedMessage, Standing } from '@coxa/eventing';
import { flag, instant, list, nullable, oneOf, shape, text, whole } from '../api-page/shape.js';

const parked = shape<ParkedMessage>({
  id: text('What to replay or drop'),
  group: text('The service that could not handle it', 'program'),
  key: text('Opaque id of the patient or device', 'ana'),
  origin: shape({
    topic: text(undefined, 'coxa.check-ins.v1'),
    partition: whole('Partition'),
    offset: whole('Offset'),
  }),
  reason: text('Why it could not be handled, or that it waits behind another of its key'),
  attempts: whole('How often it was tried'),
  parkedAt: instant(),
});

export const parkedMessages = shape({ items: list(parked) });
export const handled = shape({ handled: whole('How many messages were handled') });
export const dropped = shape({ dropped: text('Id of the message that was given up') });

const name = text('Name of the view', 'timeline');
const versionOrNull = (description: string) => nullable(whole(description));

export const standing = shape<Standing>({
  name,
  version: whole('Version of its definition'),
  position: versionOrNull('Up to which event it is made'),
  beside: versionOrNull('Up to which event one stands that was built beside it; null when there is none'),
  before: versionOrNull('Up to which event the one stands that was in use before; null when there is none'),
  older: list(whole('A version'), 'Earlier versions that still stand'),
});
export const standings = shape({ items: list(standing) });
export const folded = shape({ name, events: whole('How many events went into it') });
export const comparison = shape<Comparison & { name: string }>({
  name,
  equal: flag('Both hold the same'),
  differences: list(
    shape({ key: text(), what: oneOf(['only-left', 'only-right', 'different']) }),
    'The first keys that differ, without their values',
  ),
});
export const droppedView = shape({ name, dropped: text('What was deleted', 'before') });
