type Found = Map<string, string>;

interface Waiting {
  readonly keys: Set<string>;
  readonly answer: Promise<Found>;
}

/** Look-ups of one turn of the event loop go to the file as one query: most of the cost of a query is being one. */
export class LookUps {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly query: (view: string, keys: readonly string[]) => Found) {}

  /** What the file holds for the keys, others of the same turn among it. */
  find(view: string, keys: readonly string[]): Promise<Found> {
    let turn = this.waiting.get(view);
    if (!turn) {
      const asked = new Set<string>();
      const answer = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.waiting.delete(view);
        return this.query(view, [...asked]);
      });
      this.waiting.set(view, (turn = { keys: asked, answer }));
    }
    for (const key of keys) turn.keys.add(key);
    return turn.answer;
  }
}
