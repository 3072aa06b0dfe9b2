import { encodeCbor } from '@coxa/contracts';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { packBlock, unpackBlock } from './block.js';
import { Steps } from './whole-numbers.js';

const names = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'];

const column = fc.oneof(
  fc
    .array(fc.oneof(fc.float(), fc.double({ min: -100, max: 100 }), fc.constantFrom(-0, 0, NaN, Infinity)), {
      minLength: 1,
      maxLength: 40,
    })
    .map((values) => Float32Array.from(values)),
  fc.array(fc.double(), { minLength: 1, maxLength: 40 }).map((values) => Float64Array.from(values)),
  fc
    .tuple(
      fc.array(fc.integer({ min: -3e6, max: 3e6 }), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(1, 1e2, 1e4, 1e6),
    )
    .map(([values, divisor]) => Float64Array.from(values, (value) => value / divisor)),
  fc
    .tuple(
      fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 1e-6, max: 10, noNaN: true }),
    )
    .map(([values, step]) => Float32Array.from(values, (value) => value * step)),
  fc.int16Array({ minLength: 1, maxLength: 60 }),
);

test('given any values, columns or not, when a block is packed, then it comes back byte for byte', async () => {
  const steps = new Steps();
  const value = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .dictionary(fc.constantFrom(...names), column)
        .map((channels) => encodeCbor({ sequence: 1, channels })),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { maxLength: 8 }),
      fc.uint8Array({ maxLength: 20 }),
      async (values, between) => {
        const parts: Uint8Array[] = [];
        const spans: { start: number; end: number }[] = [];
        let end = 0;
        for (const bytes of values) {
          parts.push(between, bytes);
          spans.push({ start: end + between.length, end: end + between.length + bytes.length });
          end += between.length + bytes.length;
        }
        const raw = Buffer.concat(parts);
        const again = await unpackBlock(await packBlock(raw, spans, steps), raw.length);
        expect(Buffer.compare(again, raw)).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
