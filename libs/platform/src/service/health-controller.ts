import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { list, oneOf, shape, text } from '../api-page/shape.js';
import { Describe } from '../api-page/words.js';
import { AccessGuard, Public } from '../auth/access-guard.js';
import { ProblemException } from '../http/problem-exception.js';
import { Health } from './health.js';
import { Metrics } from './metrics.js';

const readiness = shape({
  status: oneOf(['ready', 'not-ready']),
  faults: list(text(), 'What is away or behind, one sentence each'),
});

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

@Controller()
export class HealthController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(AccessGuard) private readonly guard: AccessGuard,
  ) {}

  @Public()
  @Describe({
    tag: 'health',
    summary: 'Says that the process runs, for whoever would start it again if it did not.',
    answer: shape({ status: oneOf(['live']) }),
  })
  @Get('health/live')
  live() {
    return { status: 'live' };
  }

  @Public()
  @Describe({
    tag: 'health',
    summary: 'Says whether the service can do its work now, for load balancers and operators.',
    more: 'Ready is 200. While something is away or behind it is 503 with the same body, and `faults` says what.',
    answer: readiness,
  })
  @ApiResponse({ status: 503, description: 'Not ready', schema: readiness as never })
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const faults = await this.health.faults();
    if (faults.length > 0) void reply.status(503);
    return { status: faults.length === 0 ? 'ready' : 'not-ready', faults };
  }

  /** For the machine itself, and for operators from elsewhere. */
  @Public()
  @Describe({
    tag: 'health',
    summary: 'Gives what the service measures of itself, for Prometheus.',
    more: 'From elsewhere than this machine the token of an operator is needed.',
    answer: { mediaType: 'text/plain', says: 'Prometheus text format 0.0.4' },
  })
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async prometheus(@Req() request: FastifyRequest): Promise<string> {
    // What a proxy on this machine passes on comes from loopback too, and is not from here.
    const forwarded = 'x-forwarded-for' in request.headers || 'forwarded' in request.headers;
    if (forwarded || !loopback.has(request.socket.remoteAddress ?? '')) {
      const principal = await this.guard.authenticate(request.headers.authorization);
      if (principal.role !== 'operator')
        throw new ProblemException('wrong-role', { detail: 'Roles that may: operator.' });
    }
    return this.metrics.text();
  }
}
