import { ParkingLot } from '@coxa/eventing';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access-guard.js';
import { notFound, ProblemException } from '../http/problem-exception.js';
import { Operations } from './operations.js';

/** Messages that could not be handled: every service lists them all, and handles again those that it parked itself. */
@ApiTags('operations')
@ApiBearerAuth()
@Controller('v1/ops/parked')
@Roles('operator')
export class ParkedOpsController {
  constructor(
    @Inject(ParkingLot) private readonly parking: ParkingLot,
    @Inject(Operations) private readonly operations: Operations,
  ) {}

  @Get()
  list() {
    return { items: this.parking.list() };
  }

  /** Handles parked messages of a key again, in order; those that fail stay parked. */
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

  @Post(':id/drop')
  @HttpCode(200)
  async drop(@Param('id') id: string) {
    if (!(await this.parking.drop(id))) throw notFound();
    return { dropped: id };
  }
}
