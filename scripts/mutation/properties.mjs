import fc from 'fast-check';

/**
 * fast-check as the mutants meet it: fewer runs, always the same ones (or a mutant would be killed on one day and live on
 * the next), and no shrinking, because nobody reads the history that killed a mutant.
 */
export function fewerRuns(most) {
  const seed = 20_260_105;
  const few = (parameters = {}) => ({
    ...parameters,
    numRuns: Math.min(parameters.numRuns ?? 100, most),
    seed,
    endOnFailure: true,
  });
  const assert = (property, parameters) => fc.assert(property, few(parameters));
  const sample = (generator, parameters) =>
    fc.sample(
      generator,
      typeof parameters === 'number' ? { numRuns: parameters, seed } : { seed, ...parameters },
    );
  const wrapped = { ...fc, assert, sample };
  return { ...wrapped, default: wrapped, __esModule: true };
}
