import { severities } from '../codes.js';
import { Id, ManyNested, Nested, OneOf, Optional, Required, Text, Zone } from './fields.js';
import { Matches } from 'class-validator';

export class ChannelDto {
  @Required() @OneOf(['webhook', 'mail', 'log']) kind!: 'webhook' | 'mail' | 'log';
  @Optional() @Text(2000) url?: string;
  @Optional() @Text(200) secret?: string;
  @Optional() @Text(320) address?: string;
}

export class QuietHoursDto {
  @Required() @Matches(/^([01]\d|2[0-3]):[0-5]\d$/) from!: string;
  @Required() @Matches(/^([01]\d|2[0-3]):[0-5]\d$/) to!: string;
  @Required() @Zone() zone!: string;
}

export class ReceiverDto {
  @Required() @OneOf(['assigned', 'on-call', 'lead']) role!: 'assigned' | 'on-call' | 'lead';
  @Optional() @Id() subject?: string;
  @Required() @OneOf(severities) minSeverity!: 'HIGH' | 'MEDIUM' | 'LOW';
  @Required() @ManyNested(() => ChannelDto, 10) channels!: ChannelDto[];
  @Optional() @Nested(() => QuietHoursDto) quietHours?: QuietHoursDto;
}

export class AssignDto {
  @Required() @Id() assignee!: string;
}

export class CommentDto {
  @Required() @Text(2000) text!: string;
}
