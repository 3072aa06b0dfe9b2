import { describe, expect, test } from '@jest/globals';
import { educationTopics, startTopics, topicOf } from './topics.js';

describe('the topics of the education track', () => {
  test('each belongs to one occasion, and the four of the start come first (P01, A25)', () => {
    expect(educationTopics.map(({ topic, occasion }) => [topic, occasion])).toEqual([
      ['pain-and-safety', 'start'],
      ['your-control', 'start'],
      ['what-for', 'start'],
      ['patience', 'start'],
      ['practice', 'phase-2'],
      ['stretch-last', 'phase-3a'],
      ['stretch-active', 'phase-3b'],
      ['where-you-feel-it', 'U1'],
      ['worry-about-moving', 'U2'],
      ['a-sore-week', 'pain'],
      ['a-lighter-week', 'deload'],
    ]);
    expect(startTopics).toEqual(educationTopics.slice(0, 4));
  });

  test('each has words of its own, a version and statements that it honours', () => {
    for (const { version, title, text, honours } of educationTopics) {
      expect(version).toBe('1');
      expect(title).toMatch(/^[A-Z].{10,40}$/);
      expect(text).toMatch(/^[A-Z].{80,}\.$/);
      expect(honours).not.toEqual([]);
      for (const statement of honours) expect(statement).toMatch(/^A([1-9]|1\d|2[0-5])$/);
    }
    expect(new Set(educationTopics.map(({ text }) => text)).size).toBe(educationTopics.length);
  });

  test('what the programme rests on is told: no damage, control, aim, patience, the sore and the lighter week (A5-A9, A11, A24)', () => {
    const honoured = Object.fromEntries(
      educationTopics.map(({ topic, honours }) => [topic, honours.join(' ')]),
    );
    expect(honoured).toEqual({
      'pain-and-safety': 'A5 A6 A8',
      'your-control': 'A8 A9',
      'what-for': 'A7 A11 A12 A23',
      patience: 'A13 A24',
      practice: 'A17 A19',
      'stretch-last': 'A20 A21 A22',
      'stretch-active': 'A22',
      'where-you-feel-it': 'A7 A11',
      'worry-about-moving': 'A6 A25',
      'a-sore-week': 'A5 A6 A24',
      'a-lighter-week': 'A24',
    });
  });

  test('given a name, then its topic; given none of them, then nothing', () => {
    expect(topicOf('patience')).toBe(educationTopics[3]);
    expect(topicOf('magic')).toBeUndefined();
  });
});
