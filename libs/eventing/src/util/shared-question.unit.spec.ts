import { describe, expect, test } from '@jest/globals';
import { SharedQuestion } from './shared-question.js';

describe('a question that many ask', () => {
  test('given one under way, when others ask, then they share the next, and nobody gets an answer older than they asked', async () => {
    const shared = new SharedQuestion<number>();
    const answers: ((value: number) => void)[] = [];
    const ask = () => shared.ask('q', () => new Promise<number>((resolve) => answers.push(resolve)));
    const first = ask();
    const others = [ask(), ask(), ask()];
    expect(answers).toHaveLength(1);
    answers[0]!(1);
    expect(await first).toBe(1);
    await new Promise((resolve) => setTimeout(resolve));
    expect(answers).toHaveLength(2);
    const late = ask();
    answers[1]!(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
    await new Promise((resolve) => setTimeout(resolve));
    answers[2]!(3);
    expect(await late).toBe(3);
  });

  test('given one that fails, when somebody waits behind it, then theirs is asked all the same', async () => {
    const shared = new SharedQuestion<number>();
    const first = shared.ask('q', () => Promise.reject(new Error('away')));
    const second = shared.ask('q', () => Promise.resolve(2));
    await expect(first).rejects.toThrow('away');
    expect(await second).toBe(2);
    expect(await shared.ask('q', () => Promise.resolve(3))).toBe(3);
  });
});
