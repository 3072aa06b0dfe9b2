import type { ViewPositions, ViewStore } from '../ports/view-store.js';
import { pause } from '../util/backoff.js';

/** Whoever publishes or plans for several processes, and where its position is saved. */
export const toldAs = (saved: string): string => `told-${saved}`;

/**
 * Lets other processes see soon how far somebody has come whose position itself is saved only now and then. What is told lies in a view of
 * its own, disposable, beside the saved position: nothing is done later for it.
 */
export class Telling {
  private position: number | null = null;
  private told: number | null = null;
  private telling: Promise<void> | undefined;

  constructor(
    private readonly views: ViewStore,
    /** The view of the saved position, and the name of the source within it. */
    private readonly of: { readonly view: string; readonly source: string },
    /** So long positions gather before the last of them is told. */
    private readonly gatherMs: number,
  ) {}

  /** Nobody waits for it. */
  tell(position: number | null): void {
    this.position = position;
    this.telling ??= this.tellAll().finally(() => (this.telling = undefined));
  }

  /** Resolves when everything has been told. */
  async done(): Promise<void> {
    await this.telling;
  }

  private async tellAll(): Promise<void> {
    const view = toldAs(this.of.view);
    while (this.position !== null && this.told !== this.position) {
      await pause(this.gatherMs);
      const { position } = this;
      const positions: ViewPositions = { [this.of.source]: position };
      const write = () => this.views.commit(view, [], positions);
      // Lost, or another process told last: what is told here is true all the same.
      await write()
        .catch(() => this.views.replace(view, null).then(write))
        .catch(() => undefined);
      this.told = position;
    }
  }
}
