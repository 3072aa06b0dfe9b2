import { severities } from '../codes.js';
import { Id, ManyNested, Nested, OneOf, Optional, Required, Text, TimeOfDay, Zone } from './fields.js';

export class ChannelDto {
  @Required() @OneOf(['webhook', 'mail', 'log']) kind!: 'webhook' | 'mail' | 'log';
  @Optional() @Text(2000) url?: string;
  @Optional() @Text(200) secret?: string;
  @Optional() @Text(320) address?: string;
}

export class QuietHoursDto {
  @Required() @TimeOfDay() from!: string;
  @Required() @TimeOfDay() to!: string;
  @Required() @Zone() zone!: string;
}

export class ReceiverDto {
  @Required() @OneOf(['assigned', 'on-call', 'lead']) role!: 'assigned' | 'on-call' | 'lead';
  @Optional() @Id() subject?: string;
  @Required() @OneOf(severities) minSeverity!: 'HIGH' | 'MEDIUM' | 'LOW';
  @Required() @ManyNested(() => ChannelDto, 10, 1) channels!: ChannelDto[];
  @Optional() @Nested(() => QuietHoursDto) quietHours?: QuietHoursDto;
}

export class AssignDto {
  @Required() @Id() assignee!: string;
}

export class CommentDto {
  @Required() @Text(2000) text!: string;
}
