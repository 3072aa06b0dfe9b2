import type { FieldError, SensorKind } from './codes.js';
import type { Column, ReadingBatch } from './reading-batch.js';

const axes = (name: string) => ['X', 'Y', 'Z'].map((axis) => name + axis);
const quaternion = ['quatW', 'quatX', 'quatY', 'quatZ'];

/** Every channel there is. */
export const channelNames = [
  ...axes('acc'),
  ...axes('gyr'),
  ...axes('mag'),
  ...quaternion,
  'angleDeg',
] as const;

const required: Readonly<Record<SensorKind, readonly string[]>> = {
  imu: [...axes('acc'), ...axes('gyr')],
  orientation: quaternion,
  goniometer: ['angleDeg'],
};
const known: ReadonlySet<string> = new Set(channelNames);
const limit = 1e6;

/** Checks all columns of a batch: names, equal lengths, finite numbers below 10^6 after scaling, ascending offsets. */
export function checkColumns(batch: Partial<ReadingBatch>, typed: boolean): FieldError[] {
  const { channels } = batch;
  if (channels === undefined) return [];
  if (channels === null || typeof channels !== 'object' || Array.isArray(channels))
    return [{ path: '/channels', code: 'type', message: 'must be an object of columns' }];
  const faults: FieldError[] = [];
  for (const name of required[batch.kind!] ?? [])
    if (!Object.hasOwn(channels, name))
      faults.push({
        path: `/channels/${name}`,
        code: 'required',
        message: `is required for kind ${batch.kind}`,
      });
  let length: number | undefined;
  for (const [name, column] of Object.entries(channels)) {
    const path = `/channels/${name}`;
    if (!known.has(name)) faults.push({ path, code: 'unknown-field', message: 'is not a known channel' });
    else if (!isColumn(column) || (typed && Array.isArray(column)))
      faults.push({
        path,
        code: 'type',
        message: typed ? 'must be a typed array (RFC 8746)' : 'must be an array of numbers',
      });
    else {
      length ??= column.length;
      faults.push(...checkColumn(path, column, length, batch.scale?.[name] ?? 1));
      if (column instanceof Int16Array && batch.scale?.[name] === undefined)
        faults.push({
          path: `/scale/${name}`,
          code: 'required',
          message: 'is required beside an int16 column',
        });
    }
  }
  if (length === 0)
    faults.push({ path: '/channels', code: 'range', message: 'must hold at least one sample' });
  return [...faults, ...checkScale(batch), ...checkOffsets(batch, length), ...checkPackets(batch, length)];
}

function checkColumn(path: string, column: Column, length: number, scale: number): FieldError[] {
  if (column.length !== length)
    return [{ path, code: 'ragged', message: `has ${column.length} values, another channel has ${length}` }];
  for (let i = 0; i < column.length; i++) {
    const value: unknown = column[i];
    if (typeof value !== 'number')
      return [{ path: `${path}/${i}`, code: 'type', message: 'must be a number' }];
    if (!Number.isFinite(value))
      return [{ path: `${path}/${i}`, code: 'not-finite', message: 'must be a finite number' }];
    if (Math.abs(value * scale) >= limit)
      return [{ path: `${path}/${i}`, code: 'range', message: 'must be below 10^6 in size' }];
  }
  return [];
}

function checkScale({ scale, channels }: Partial<ReadingBatch>): FieldError[] {
  if (!scale || typeof scale !== 'object') return [];
  return Object.entries(scale).flatMap(([name, factor]): FieldError[] => {
    const path = `/scale/${name}`;
    if (!Object.hasOwn(channels ?? {}, name))
      return [{ path, code: 'unknown-field', message: 'has no channel of that name' }];
    if (typeof factor === 'number' && !Number.isFinite(factor))
      return [{ path, code: 'not-finite', message: 'must be a finite number' }];
    return factor === 0 ? [{ path, code: 'range', message: 'must not be 0' }] : [];
  });
}

function checkOffsets({ offsetsMs }: Partial<ReadingBatch>, length: number | undefined): FieldError[] {
  if (offsetsMs === undefined) return [];
  const path = '/offsetsMs';
  if (!isColumn(offsetsMs)) return [{ path, code: 'type', message: 'must be an array of numbers' }];
  const faults = checkColumn(path, offsetsMs, length ?? offsetsMs.length, 1e-3);
  return faults.length > 0 ? faults : [];
}

function checkPackets({ packets }: Partial<ReadingBatch>, length: number | undefined): FieldError[] {
  if (packets === undefined) return [];
  if (!isColumn(packets)) return [{ path: '/packets', code: 'type', message: 'must be an array of numbers' }];
  return checkColumn('/packets', packets, length ?? packets.length, 1e-4);
}

const isColumn = (value: unknown): value is Column =>
  Array.isArray(value) ||
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int16Array;
