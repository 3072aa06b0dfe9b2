import { ParkingLot } from '@coxa/eventing';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Describe } from '../api-page/words.js';
import { Roles } from '../auth/access-guard.js';
import { notFound, ProblemException } from '../http/problem-exception.js';
import { dropped, handled, parkedMessages } from './answers.js';
import { Operations } from './operations.js';

/** Messages that could not be handled: every service lists them all, and handles again those that it parked itself. */
@Controller('v1/ops/parked')
@Roles('operator')
export class ParkedOpsController {
  constructor(
    @Inject(ParkingLot) private readonly parking: ParkingLot,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Get()
  @Describe({
    tag: 'operator calls',
    summary: 'Lists the messages that could not be handled and wait for an operator.',
    answer: parkedMessages,
  })
  list() {
    return { items: this.parking.list() };
  }

  @Describe({
    tag: 'operator calls',
    summary:
      'Handles a parked message and those waiting behind it again, for an operator who has removed the cause.',
    more: 'They are handled in order; 409 when one fails again, which then stays parked.',
    answer: handled,
  })
  @Post(':id/replay')
  @HttpCode(200)
  async replay(@Param('id') id: string) {
    const parked = this.parking.list().find((each) => each.id === id);
    if (!parked) throw notFound();
    const { group, key, origin } = parked;
    const handle = this.operations.handlerOf(group, origin.topic);
    if (!handle)
      throw new ProblemException('conflict', {
        detail: `The ${group} service has parked it: ask that service to handle it again.`,
      });
    try {
      const handled = await this.parking.replay(group, origin.topic, key, async (message) => {
        const { error } = await handle(message);
        if (error !== undefined) throw error;
      });
      return { handled };
    } catch (cause) {
      throw new ProblemException('conflict', {
        detail: `It failed again: ${cause instanceof Error ? cause.message : 'unknown'}. It stays parked.`,
        cause,
      });
    }
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Gives a parked message up for good, for an operator who has decided that it cannot be handled.',
    answer: dropped,
  })
  @Post(':id/drop')
  @HttpCode(200)
  async drop(@Param('id') id: string) {
    if (!(await this.parking.drop(id))) throw notFound();
    return { dropped: id };
  }
}
