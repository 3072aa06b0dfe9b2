import type { FieldError, SensorKind } from './codes.js';
import type { Column, ReadingBatch } from './reading.js';
import { escapePointer } from './schema.js';

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

const channelsOf: Readonly<Record<SensorKind, readonly string[]>> = {
  imu: [...axes('acc'), ...axes('gyr')],
  orientation: quaternion,
  goniometer: ['angleDeg'],
};
/** A kind that was sent may be anything, `valueOf` too. */
const required: ReadonlyMap<unknown, readonly string[]> = new Map(Object.entries(channelsOf));
const known: ReadonlySet<string> = new Set(channelNames);
/** Every value, in its unit, stays below this in size. */
export const valueLimit = 1e6;

/** Checks all columns of a batch: names, equal lengths (of `meant` values, else as the first has), finite numbers below 10^6 after scaling. Whether times ascend is a verdict of the measurement. */
export function checkColumns(batch: Partial<ReadingBatch>, typed: boolean, meant?: number): FieldError[] {
  const { channels } = batch;
  if (channels === undefined) return [];
  if (channels === null || typeof channels !== 'object' || isColumn(channels) || ArrayBuffer.isView(channels))
    return [{ path: '/channels', code: 'type', message: 'must be an object of columns' }];
  const missing = (required.get(batch.kind) ?? []).filter((name) => !Object.hasOwn(channels, name));
  const faults = missing.map((name): FieldError => ({
    path: `/channels/${name}`,
    code: 'required',
    message: `is required for kind ${batch.kind}`,
  }));
  let length = meant;
  for (const [name, column] of Object.entries(channels)) {
    const fault = shapeFault(name, column, typed);
    if (fault) faults.push(fault);
    else {
      length ??= column.length;
      faults.push(
        ...checkColumn(`/channels/${name}`, column, length, batch.scale?.[name] ?? 1),
        ...scaleFault(name, column, batch),
      );
    }
  }
  // The first column may be the odd one: those that differ from the most are named.
  if (meant === undefined && faults.some(({ code }) => code === 'ragged'))
    return checkColumns(batch, typed, commonLength(Object.values(channels)));
  if (length === 0)
    faults.push({ path: '/channels', code: 'range', message: 'must hold at least one sample' });
  return [
    ...faults,
    ...checkScale(batch),
    ...checkExtra('/offsetsMs', batch.offsetsMs, typed, length, 1e-3),
    ...checkExtra('/packets', batch.packets, typed, length, 1e-4),
  ];
}

/** The length that most columns have; of several such lengths the one that comes first. */
function commonLength(columns: readonly unknown[]): number {
  const lengths = columns.filter(isColumn).map(({ length }) => length);
  const times = (length: number) => lengths.filter((each) => each === length).length;
  return lengths.reduce((best, length) => (times(length) > times(best) ? length : best));
}

function shapeFault(name: string, column: unknown, typed: boolean): FieldError | null {
  const right = isColumn(column) && !(typed && Array.isArray(column));
  if (right && known.has(name)) return null;
  const path = `/channels/${escapePointer(name)}`;
  if (!known.has(name)) return { path, code: 'unknown-field', message: 'is not a known channel' };
  return { path, code: 'type', message: expectedColumn(typed) };
}

const expectedColumn = (typed: boolean): string =>
  typed ? 'must be a typed array (RFC 8746)' : 'must be an array of numbers';

const scaleFault = (name: string, column: Column, { scale }: Partial<ReadingBatch>): FieldError[] =>
  column instanceof Int16Array && scale?.[name] === undefined
    ? [{ path: `/scale/${name}`, code: 'required', message: 'is required beside an int16 column' }]
    : [];

/** A column beside the channels, in its own unit: its size limit is that of the channels times 1 / `scale`. */
function checkExtra(
  path: string,
  column: unknown,
  typed: boolean,
  length: number | undefined,
  scale: number,
): FieldError[] {
  if (column === undefined) return [];
  if (!isColumn(column) || (typed && Array.isArray(column)))
    return [{ path, code: 'type', message: expectedColumn(typed) }];
  return checkColumn(path, column, length ?? column.length, scale);
}

function checkColumn(path: string, column: Column, length: number, scale: number): FieldError[] {
  if (column.length !== length)
    return [{ path, code: 'ragged', message: `has ${column.length} values, another channel has ${length}` }];
  if (allWithin(column, valueLimit / scale)) return [];
  for (let i = 0; i < column.length; i++) {
    const value: unknown = column[i];
    if (typeof value !== 'number')
      return [{ path: `${path}/${i}`, code: 'type', message: 'must be a number' }];
    if (!Number.isFinite(value))
      return [{ path: `${path}/${i}`, code: 'not-finite', message: 'must be a finite number' }];
    if (Math.abs(value * scale) >= valueLimit)
      return [{ path: `${path}/${i}`, code: 'range', message: 'must be below 10^6 in size' }];
  }
  return [];
}

/** The common case, a loop a kind of array: the engine makes each of them as fast as it gets. NaN fails every comparison. */
function allWithin(column: Column, bound: number): boolean {
  if (column instanceof Float32Array) return floatsWithin(column, bound);
  if (column instanceof Float64Array) return doublesWithin(column, bound);
  // The few other cases, and every fault, are looked at one by one.
  return false;
}

function floatsWithin(column: Float32Array, bound: number): boolean {
  for (let i = 0; i < column.length; i++) if (!(Math.abs(column[i]!) < bound)) return false;
  return true;
}

function doublesWithin(column: Float64Array, bound: number): boolean {
  for (let i = 0; i < column.length; i++) if (!(Math.abs(column[i]!) < bound)) return false;
  return true;
}

function checkScale({ scale, channels }: Partial<ReadingBatch>): FieldError[] {
  if (!scale || typeof scale !== 'object') return [];
  return Object.entries(scale).flatMap(([name, factor]): FieldError[] => {
    const path = `/scale/${escapePointer(name)}`;
    if (!Object.hasOwn(channels ?? {}, name))
      return [{ path, code: 'unknown-field', message: 'has no channel of that name' }];
    if (typeof factor === 'number' && !Number.isFinite(factor))
      return [{ path, code: 'not-finite', message: 'must be a finite number' }];
    return factor === 0 ? [{ path, code: 'range', message: 'must not be 0' }] : [];
  });
}

const isColumn = (value: unknown): value is Column =>
  Array.isArray(value) ||
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int16Array;
