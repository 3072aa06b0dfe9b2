import { expect, test } from '@jest/globals';
import { headerFault } from './header.js';

const stream = { sensor: 'thigh', file: 'a.f32.gz', rows: 1, columns: [{ name: 'accX' }] };
const sound = { name: 'one', kind: 'hipSession', side: 'R', neutralPoses: [[0.5, 3.5]], streams: [stream] };

test('given a header with all that is needed, then nothing is wrong with it', () => {
  expect(headerFault(sound)).toBeUndefined();
  expect(headerFault({ ...sound, side: 'left', outputRows: 6000 })).toBeUndefined();
  expect(headerFault({ name: 'one', kind: 'orientation', streams: [stream] })).toBeUndefined();
});

test.each([
  ['no side, where the sign of the angle hangs on it', { side: undefined }, 'side'],
  ['a side that is none', { side: 'both' }, 'side'],
  ['a billion rows', { outputRows: 1e9 }, 'outputRows'],
  ['less than no rows', { outputRows: -5 }, 'outputRows'],
  ['poses that are text', { neutralPoses: 'standing' }, 'neutralPoses'],
  ['a pose without an end', { neutralPoses: [[1]] }, 'neutralPoses'],
  ['no streams', { streams: [] }, 'streams'],
])('given %s, then it is said', (_, change, said) => {
  expect(headerFault({ ...sound, ...change })).toContain(said);
});

test.each([
  [{ repetitions: { angle: 'rotation', thresholdDeg: 8 } }, 'rotation'],
  [{ repetitions: { angle: 'flexion', thresholdDeg: 0 } }, 'thresholdDeg'],
  [{ repetitions: { angle: 'flexion', thresholdDeg: '8' } }, 'thresholdDeg'],
  [{ outputRateHz: 0 }, 'outputRateHz'],
  [{ streams: [null] }, 'stream'],
])('given %j, then what is wrong is said', (change, word) => {
  expect(headerFault({ ...sound, ...change })).toContain(word);
});
