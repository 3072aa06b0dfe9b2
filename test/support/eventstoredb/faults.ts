type Once = 'reset-before-append' | 'reset-after-append' | 'time-out-after-append' | 'misleading-revision';

/** What the stand-in is told to do wrong. */
export class Faults {
  /** Takes calls and never answers. */
  mute = false;
  /** Refuses everything for lack of permission. */
  denied = false;
  /** Streams whose names begin so may not be written to. */
  protectedPrefix: string | undefined;
  /** Not started yet, or without a leader: says so to everything but the question for its version. */
  notReady = false;
  /** How long each append takes, ms: a disk flushes. */
  appendMs = 0;
  version = '24.10.6';
  private readonly next: Once[] = [];

  /** Does it wrong once, at the next chance. */
  once(fault: Once): void {
    this.next.push(fault);
  }

  take(fault: Once): boolean {
    const place = this.next.indexOf(fault);
    if (place >= 0) this.next.splice(place, 1);
    return place >= 0;
  }
}
