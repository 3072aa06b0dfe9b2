import { Beside, type Projector, type ViewStore } from '@coxa/eventing';
import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Describe } from '../api-page/words.js';
import { Roles } from '../auth/access-guard.js';
import { notFound, ProblemException } from '../http/problem-exception.js';
import { VIEW_STORE } from '../injection.js';
import { comparison, droppedView, folded, standing, standings } from './answers.js';
import { Operations } from './operations.js';

/** The views of a service: made anew, compared, switched, put back. No clinical content. */
@Controller('v1/ops/views')
@Roles('operator')
export class ViewsOpsController {
  constructor(
    @Inject(Operations) private readonly operations: Operations,
    @Inject(VIEW_STORE) private readonly views: ViewStore,
  ) {}

  @Get()
  @Describe({
    tag: 'operator calls',
    summary: 'Lists the views of this service and the versions of each that stand, for an operator.',
    answer: standings,
  })
  async list() {
    const standing = this.operations.projectors.flatMap((projector) => {
      const beside = new Beside(projector, this.views);
      return projector.projections.map(({ name }) => beside.standing(name));
    });
    return { items: await Promise.all(standing) };
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Builds a view anew from the events and puts it to use, for an operator.',
    more: 'Answers when the rebuilt view is in use.',
    answer: folded,
  })
  @Post(':name/rebuild')
  @HttpCode(200)
  async rebuild(@Param('name') name: string) {
    let events = 0;
    await this.folding(name).rebuild([name], (done) => (events = done));
    return { name, events };
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Builds a view anew beside the one in use, which stays, for an operator.',
    answer: folded,
  })
  @Post(':name/build')
  @HttpCode(200)
  async build(@Param('name') name: string) {
    let events = 0;
    await this.beside(name, (beside) => beside.build(name, (done) => (events = done)));
    return { name, events };
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Compares a view that was built beside with the one in use, for an operator.',
    more: '409 when none was built.',
    answer: comparison,
  })
  @Post(':name/compare')
  @HttpCode(200)
  async compare(@Param('name') name: string) {
    return { name, ...(await this.beside(name, (beside) => beside.compare(name))) };
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Puts a view that was built beside to use, for an operator.',
    more: 'The one before is kept until it is dropped.',
    answer: standing,
  })
  @Post(':name/switch')
  @HttpCode(200)
  switchOver(@Param('name') name: string) {
    return this.beside(name, (beside) => beside.switchOver(name).then(() => beside.standing(name)));
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Puts the view from before the last switch to use again, for an operator.',
    answer: standing,
  })
  @Post(':name/rollback')
  @HttpCode(200)
  rollBack(@Param('name') name: string) {
    return this.beside(name, (beside) => beside.rollBack(name).then(() => beside.standing(name)));
  }

  @Describe({
    tag: 'operator calls',
    summary: 'Deletes a version of a view that is not in use, for an operator.',
    answer: droppedView,
  })
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
