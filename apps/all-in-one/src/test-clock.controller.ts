import { parseDto, parseInstant, TestClockDto } from '@coxa/contracts';
import { type Clock, Pipeline, TestClock } from '@coxa/eventing';
import {
  CLOCK,
  CONFIG,
  type Config,
  invalid,
  jsonOf,
  notFound,
  ProblemException,
  Roles,
} from '@coxa/platform';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { keepTestClock } from './kept-test-clock.js';

const settleMs = 60_000;

/** Moves the frozen time of a test forward. Without `COXA_TEST_CLOCK` there is no such path. */
@ApiExcludeController()
@Controller('v1/test-clock')
export class TestClockController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Pipeline) private readonly pipeline: Pipeline,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Answers when all that was acknowledged before, and all that is due by then, has been done. */
  @Post()
  @HttpCode(200)
  @Roles('operator')
  async set(@Req() request: FastifyRequest) {
    if (!(this.clock instanceof TestClock)) throw notFound();
    const parsed = parseDto(TestClockDto, await jsonOf(request));
    if (!parsed.ok) throw invalid(parsed.errors);
    const now = parseInstant(parsed.value.now)!;
    if (now < this.clock.now())
      throw invalid([
        { path: '/now', code: 'range', message: 'lies before the present time of the test clock' },
      ]);
    await this.settle();
    keepTestClock(this.config.dataDir, now);
    this.clock.set(now);
    await this.settle();
    return { now: new Date(now).toISOString() };
  }

  private async settle(): Promise<void> {
    if (await this.pipeline.settle(settleMs)) return;
    throw new ProblemException('overloaded', {
      detail: `Still busy: ${await this.pipeline.busy()}.`,
      retryAfterS: 1,
    });
  }
}
