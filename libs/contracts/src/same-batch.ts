import { canonicalJson } from './canonical-json.js';
import type { Column, ReadingBatch } from './reading.js';

/**
 * Whether two batches say the same, whatever encoding brought them: headers alike, columns equal after scaling to within
 * single precision (a float32 column and its values printed in JSON are the same samples).
 */
export function sameBatch(a: ReadingBatch, b: ReadingBatch): boolean {
  const { channels: left, scale: leftScale, offsetsMs: leftOffsets, packets: leftPackets, ...leftHeader } = a;
  const {
    channels: right,
    scale: rightScale,
    offsetsMs: rightOffsets,
    packets: rightPackets,
    ...rightHeader
  } = b;
  if (canonicalJson(leftHeader) !== canonicalJson(rightHeader)) return false;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  if (!sameColumn(leftOffsets, rightOffsets, 1, 1) || !sameColumn(leftPackets, rightPackets, 1, 1))
    return false;
  return names.every((name) =>
    sameColumn(left[name], right[name], leftScale?.[name] ?? 1, rightScale?.[name] ?? 1),
  );
}

function sameColumn(a: Column | undefined, b: Column | undefined, aScale: number, bScale: number): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++)
    if (Math.fround(a[i]! * aScale) !== Math.fround(b[i]! * bScale)) return false;
  return true;
}
