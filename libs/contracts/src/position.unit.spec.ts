import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatPosition, MalformedError, parsePosition, type Position } from './index.js';

const count = fc.maxSafeNat();
const position: fc.Arbitrary<Position> = fc.oneof(
  fc.record({ in: fc.constant('events' as const), position: count }),
  fc.record({ in: fc.constant('log' as const), topic: fc.string(), partition: count, offset: count }),
);

describe('a position', () => {
  test('what is given out is understood again, and fits into a query', () => {
    fc.assert(
      fc.property(position, (each) => {
        const text = formatPosition(each);
        expect(encodeURIComponent(text)).toBe(text);
        expect(parsePosition(text)).toEqual(each);
      }),
    );
  });

  test.each([
    '',
    'x',
    '!',
    Buffer.from('["e",-1]').toString('base64url'),
    Buffer.from('["e",1.5]').toString('base64url'),
    Buffer.from('["e", 1]').toString('base64url'),
    Buffer.from('["l","t",0]').toString('base64url'),
    Buffer.from('{"in":"events"}').toString('base64url'),
    `${formatPosition({ in: 'events', position: 1 })}=`,
  ])('given %p, which was never given out, then it is malformed', (text) => {
    expect(() => parsePosition(text)).toThrow(MalformedError);
  });

  test('arbitrary text is a position or malformed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => {
        try {
          parsePosition(text);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });
});
