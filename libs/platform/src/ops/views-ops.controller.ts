import { Beside, type Projector, type ViewStore } from '@coxa/eventing';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/access-guard.js';
import { notFound, ProblemException } from '../http/problem-exception.js';
import { VIEW_STORE } from '../injection.js';
import { Operations } from './operations.js';

/** The views of a service: made anew, compared, switched, put back. No clinical content. */
@ApiTags('operations')
@ApiBearerAuth()
@Controller('v1/ops/views')
@Roles('operator')
export class ViewsOpsController {
  constructor(
    @Inject(Operations) private readonly operations: Operations,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
  ) {}

  @Get()
  async list() {
    const standing = this.operations.projectors.flatMap((projector) => {
      const beside = new Beside(projector, this.views);
      return projector.projections.map(({ name }) => beside.standing(name));
    });
    return { items: await Promise.all(standing) };
  }

  /** Answers when the rebuilt view is in use. */
  @Post(':name/rebuild')
  @HttpCode(200)
  async rebuild(@Param('name') name: string) {
    let events = 0;
    await this.folding(name).rebuild([name], (done) => (events = done));
    return { name, events };
  }

  /** Builds it anew beside the one in use, which stays. */
  @Post(':name/build')
  @HttpCode(200)
  async build(@Param('name') name: string) {
    let events = 0;
    await this.beside(name, (beside) => beside.build(name, (done) => (events = done)));
    return { name, events };
  }

  @Post(':name/compare')
  @HttpCode(200)
  async compare(@Param('name') name: string) {
    return { name, ...(await this.beside(name, (beside) => beside.compare(name))) };
  }

  @Post(':name/switch')
  @HttpCode(200)
  switchOver(@Param('name') name: string) {
    return this.beside(name, (beside) => beside.switchOver(name).then(() => beside.standing(name)));
  }

  @Post(':name/rollback')
  @HttpCode(200)
  rollBack(@Param('name') name: string) {
    return this.beside(name, (beside) => beside.rollBack(name).then(() => beside.standing(name)));
  }

  /** `what`: beside, before, or the number of an earlier version. */
  @Post(':name/drop/:what')
  @HttpCode(200)
  async drop(@Param('name') name: string, @Param('what') what: string) {
    const kept = what === 'beside' || what === 'before' ? what : Number(what);
    if (typeof kept === 'number' && !Number.isInteger(kept)) throw notFound();
    await this.beside(name, (beside) => beside.drop(name, kept));
    return { name, dropped: what };
  }

  private async beside<T>(name: string, work: (beside: Beside) => Promise<T>): Promise<T> {
    const beside = new Beside(this.folding(name), this.views);
    try {
      return await work(beside);
    } catch (cause) {
      if (cause instanceof RangeError)
        throw new ProblemException('conflict', { detail: cause.message, cause });
      throw cause;
    }
  }

  private folding(name: string): Projector {
    const projector = this.operations.projectorOf(name);
    if (!projector) throw notFound();
    if (!projector.folds)
      throw new ProblemException('conflict', {
        detail: `Another instance folds ${name} now; ask that one, or ask again until it answers.`,
      });
    return projector;
  }
}
