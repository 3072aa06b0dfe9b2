import type { ViewStore } from '../ports/view-store.js';
import { viewName } from './projection.js';
import type { Projector } from './projector.js';
import { type Difference, differences } from './same-entries.js';

/** Where a view and what was built beside it stand: positions in the event store, null where there is none. */
export interface Standing {
  readonly name: string;
  readonly version: number;
  readonly position: number | null;
  /** Built beside the one in use, not in use yet. */
  readonly beside: number | null;
  /** Was in use before the last switch. */
  readonly before: number | null;
  /** Earlier versions that still stand where their release left them. */
  readonly older: readonly number[];
}

export interface Comparison {
  readonly equal: boolean;
  /** The first few keys that differ. No values: who runs the system sees no clinical content. */
  readonly differences: readonly Difference[];
}

const shown = 20;

/**
 * Blue and green for views: one is built anew beside the one in use, compared with it, put in its place, and put back when it should not
 * have been. Only entries are written: what acts on events (notices, the relay) follows the store and not the views, so that nothing is sent.
 *
 * A new version of a view is such a view too: it has its own storage, is built before its release is ready, and the earlier one stays
 * where it was for the release before, until it is dropped.
 */
export class Beside {
  constructor(
    private readonly projector: Projector,
    private readonly views: ViewStore,
  ) {}

  async standing(name: string): Promise<Standing> {
    const { version } = this.projector.named(name);
    const { view, beside, before } = this.places(name);
    const older: number[] = [];
    for (let v = 1; v < version; v++)
      if ((await this.at(viewName({ name, version: v }))) !== null) older.push(v);
    return {
      name,
      version,
      position: await this.at(view),
      beside: await this.at(beside),
      before: await this.at(before),
      older,
    };
  }

  /** Builds it anew beside the one in use. */
  async build(name: string, onProgress?: (done: number) => void): Promise<void> {
    const { beside } = this.places(name);
    await this.views.replace(beside, null);
    await this.projector.bringUp(name, beside, onProgress);
    await this.mustStand(beside, 'there is nothing yet that it could be built from');
  }

  /** Entry by entry, both brought to the same position. */
  compare(name: string): Promise<Comparison> {
    const { view, beside } = this.places(name);
    return this.exclusive(async () => {
      await this.mustStand(beside, `build it first: coxa views build ${name}`);
      await this.projector.bringUp(name, beside);
      const found = await differences(this.views, view, beside, shown);
      return { equal: found.length === 0, differences: found };
    });
  }

  /** Puts what was built in the place of the one in use, which is kept for `rollBack`. */
  switchOver(name: string): Promise<void> {
    const { beside, before } = this.places(name);
    return this.exclusive(async () => {
      await this.mustStand(beside, `build it first: coxa views build ${name}`);
      await this.projector.takePlace(name, beside, before);
    });
  }

  /** Puts the one that was in use before the last switch back, brought up to now; the other is kept beside it. */
  rollBack(name: string): Promise<void> {
    const { beside, before } = this.places(name);
    return this.exclusive(async () => {
      await this.mustStand(before, 'there was no switch that could be taken back');
      await this.projector.takePlace(name, before, beside);
    });
  }

  /** Gives up what is kept: an earlier version, or what lies beside the one in use. */
  async drop(name: string, what: number | 'beside' | 'before'): Promise<void> {
    const { version } = this.projector.named(name);
    if (typeof what === 'number' && (what < 1 || what >= version))
      throw new RangeError(`version ${what} of ${name} is not an earlier one`);
    await this.views.replace(
      typeof what === 'number' ? viewName({ name, version: what }) : this.places(name)[what],
      null,
    );
  }

  private exclusive<T>(task: () => Promise<T>): Promise<T> {
    return this.projector.exclusive(task);
  }

  private async mustStand(view: string, otherwise: string): Promise<void> {
    if ((await this.at(view)) === null) throw new RangeError(otherwise);
  }

  private async at(view: string): Promise<number | null> {
    return (await this.views.positions(view))['events'] ?? null;
  }

  private places(name: string): { readonly view: string; readonly beside: string; readonly before: string } {
    const view = viewName(this.projector.named(name));
    return { view, beside: `${view}~beside`, before: `${view}~before` };
  }
}
