import { describe, expect, test } from '@jest/globals';
import { EngineError } from '@coxa/eventing';
import { logSafe } from './log-safe.js';

describe('errors in the log', () => {
  test('regression: a parser that quotes its input puts nothing clinical into the log', () => {
    let parsing: unknown;
    try {
      JSON.parse('groin pain since the fall');
    } catch (error) {
      parsing = error;
    }
    const shown = logSafe(new Error('note: groin pain', { cause: parsing }));
    expect(shown).not.toMatch(/groin/);
    expect(shown).toMatch(/^Error\n\s+at .*log-safe/);
    expect(shown).toMatch(/caused by SyntaxError/);
  });

  test('our own errors say what is wrong, and codes of the system are kept', () => {
    const cause = Object.assign(new Error('/home/x'), { code: 'ENOSPC' });
    const shown = logSafe(new EngineError('storage-full', 'no space left', { cause }));
    expect(shown).toContain('EngineError (storage-full): no space left');
    expect(shown).toContain('caused by Error (ENOSPC)');
  });

  test('what is no error is named by its type alone', () => {
    expect(logSafe('groin')).toBe('thrown string');
  });
});
