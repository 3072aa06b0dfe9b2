import type { ViewStore } from '../ports/view-store.js';
import { toldAs } from './telling.js';

const source = 'events';
/** The saved position is asked for only so often: it is there for when nothing is told, and may cost a question to the event store. */
const savedEveryMs = 250;

/** How far somebody has come who publishes or plans, perhaps in another process. */
export class Published {
  private position = -1;
  private asked = -Infinity;

  constructor(
    private readonly views: ViewStore,
    /** Where its position is saved. */
    private readonly view: string,
    /** Whether it tells. */
    private readonly shared: boolean,
  ) {}

  /** True when everything up to `position` has been done. */
  async reached(position: number): Promise<boolean> {
    if (this.shared && this.position < position) await this.see(toldAs(this.view));
    const due = !this.shared || performance.now() - this.asked >= savedEveryMs;
    if (this.position < position && due) {
      this.asked = performance.now();
      await this.see(this.view);
    }
    return this.position >= position;
  }

  private async see(view: string): Promise<void> {
    const { [source]: at = -1 } = await this.views.positions(view);
    this.position = Math.max(this.position, at);
  }
}
