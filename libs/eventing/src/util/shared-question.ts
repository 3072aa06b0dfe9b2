/**
 * Many ask the same at once, again and again (where a group stands, until it is far enough): they share an answer. Whoever comes while a
 * question is under way gets the answer to the next one: none is older than its asker.
 */
export class SharedQuestion<Answer> {
  private readonly running = new Map<string, Promise<unknown>>();
  private readonly next = new Map<string, Promise<Answer>>();

  ask(name: string, question: () => Promise<Answer>): Promise<Answer> {
    const waiting = this.next.get(name);
    if (waiting) return waiting;
    const before = this.running.get(name);
    if (!before) return this.run(name, question);
    const mine = before.then(() => {
      this.next.delete(name);
      return this.run(name, question);
    });
    this.next.set(name, mine);
    return mine;
  }

  private run(name: string, question: () => Promise<Answer>): Promise<Answer> {
    const answer = question();
    const ended = answer
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.running.get(name) === ended) this.running.delete(name);
      });
    this.running.set(name, ended);
    return answer;
  }
}
