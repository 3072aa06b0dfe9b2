import {
  measurers,
  motions,
  positions,
  purposes,
  segments,
  sensorKinds,
  sides,
  type FieldError,
} from './codes.js';
import type { ReadingBatch } from './reading.js';
import { channelNames, checkColumns } from './reading-columns.js';
import {
  checkSchema,
  compileSchema,
  escapePointer,
  idSchema,
  instantSchema,
  maxFaults,
  objectOf,
  oneOf,
} from './schema.js';
import { allowedSkewMs, parseInstant } from './time.js';

export const maxSamples = 20_000;

const header = {
  deviceId: idSchema,
  patientId: idSchema,
  sessionId: idSchema,
  sequence: { type: 'integer', minimum: 0, maximum: 1_000_000_000 },
  kind: oneOf(sensorKinds),
  segment: oneOf(segments),
  side: oneOf(sides),
  position: oneOf(positions),
  purpose: oneOf(purposes),
  startedAt: instantSchema,
  sampleRateHz: { type: 'number', minimum: 1, maximum: 2000 },
  last: { type: 'boolean' },
  captureId: idSchema,
  motion: oneOf(motions),
  measuredBy: oneOf(measurers),
  mounting: { type: 'array', minItems: 4, maxItems: 4, items: { type: 'number', minimum: -2, maximum: 2 } },
  units: { type: 'object', additionalProperties: { type: 'string', maxLength: 16 } },
  marks: {
    type: 'array',
    maxItems: 100,
    items: objectOf(
      {
        kind: oneOf(['neutral']),
        fromMs: { type: 'number', minimum: 0 },
        toMs: { type: 'number', minimum: 0 },
      },
      ['kind', 'fromMs', 'toMs'],
    ),
  },
  scale: { type: 'object', additionalProperties: { type: 'number' } },
};

/** The shape of everything but the columns; these are checked in bulk. */
export const readingHeaderSchema = objectOf({ ...header, channels: {}, offsetsMs: {}, packets: {} }, [
  'deviceId',
  'sessionId',
  'sequence',
  'kind',
  'segment',
  'side',
  'position',
  'purpose',
  'startedAt',
  'sampleRateHz',
  'channels',
]);

const validate = compileSchema(readingHeaderSchema);
const columns: ReadonlySet<string> = new Set(['channels', 'offsetsMs', 'packets']);
const knownChannels: ReadonlySet<string> = new Set(channelNames);

/**
 * Checks a decoded batch against shape, limits and the clock (`now`, epoch ms): header by schema, columns in bulk without an object a sample.
 * `typed` says that it came as CBOR, where a channel must be a typed array. Who sends it, and for whom, is for the caller to check.
 */
export function checkReadingBatch(body: unknown, now: number, typed: boolean): FieldError[] {
  const binary = typed ? bytesOutsideColumns(body, '') : [];
  if (binary.length > 0) return binary;
  const faults = checkSchema(validate, body);
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return faults;
  const batch = body as Partial<ReadingBatch>;
  const startedAt = typeof batch.startedAt === 'string' ? parseInstant(batch.startedAt) : undefined;
  if (startedAt !== undefined && startedAt > now + allowedSkewMs)
    faults.push({
      path: '/startedAt',
      code: 'in-future',
      message: 'lies in the future by more than five minutes',
    });
  batch.marks?.forEach?.((mark, index) => {
    if (mark?.fromMs >= mark?.toMs)
      faults.push({ path: `/marks/${index}/toMs`, code: 'range', message: 'must lie after fromMs' });
  });
  const unknownUnits = Object.keys(plainObject(batch.units)).filter((name) => !knownChannels.has(name));
  for (const name of unknownUnits)
    faults.push({
      path: `/units/${escapePointer(name)}`,
      code: 'unknown-field',
      message: 'is not a known channel',
    });
  const q = batch.mounting;
  if (Array.isArray(q) && q.length === 4 && Math.abs(Math.hypot(...q) - 1) > 0.02)
    faults.push({ path: '/mounting', code: 'range', message: 'must be a unit quaternion [w, x, y, z]' });
  const seen = new Set(faults.map((fault) => fault.path));
  const all = [...faults, ...checkColumns(batch, typed).filter((fault) => !seen.has(fault.path))];
  return all.slice(0, maxFaults);
}

/** Byte strings and typed arrays where only columns may be: found before a schema walks through each of their bytes. */
function bytesOutsideColumns(value: unknown, path: string): FieldError[] {
  if (ArrayBuffer.isView(value))
    return [{ path, code: 'type', message: 'must not be a byte string or typed array' }];
  return Object.entries(plainObject(value))
    .filter(([name]) => path !== '' || !columns.has(name))
    .flatMap(([name, field]) => bytesOutsideColumns(field, `${path}/${escapePointer(name)}`));
}

const plainObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});

/** Number of samples of a checked batch. */
export const sampleCount = (batch: ReadingBatch): number => Object.values(batch.channels)[0]?.length ?? 0;
