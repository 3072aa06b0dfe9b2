import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { RecordingHeader } from '@coxa/motion';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const folder = join(process.env['COXA_SHARED'] ?? resolve(root, '..', 'shared'), 'data', 'motion');
export const there = (): boolean => existsSync(folder);

export type Columns = Record<string, Float64Array>;
type Stream = NonNullable<RecordingHeader['streams']>[number];

export interface TruthHeader extends RecordingHeader {
  readonly truth?: {
    readonly stream?: Stream;
    readonly repetitions?: {
      readonly peakS: number;
      readonly peakDeg: number;
      readonly amplitudeDeg: number;
    }[];
    readonly internalRotation?: { peakDeg: number; meanDeg: number; rangeDeg: number };
    readonly summary?: { peakDeg: number; meanDeg: number; rangeDeg: number };
  };
}

export interface Recording {
  readonly header: TruthHeader;
  /** All columns of each stream, truth among them. */
  readonly streams: Columns[];
  readonly truth: Columns;
}

export const json = <T>(path: string): T => JSON.parse(readFileSync(join(folder, path), 'utf8')) as T;

function columnsOf(part: string, { file, rows, columns }: Stream): Columns {
  const raw = gunzipSync(readFileSync(join(folder, part, file)));
  const values = new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4);
  return Object.fromEntries(
    columns.map(({ name }, index) => [
      name,
      Float64Array.from({ length: rows }, (_, row) => values[row * columns.length + index]!),
    ]),
  );
}

/** The recordings of one folder whose names begin with `prefix`. */
export function recordings(part: string, prefix = ''): Recording[] {
  return readdirSync(join(folder, part))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.json') && name !== 'reference.json')
    .sort()
    .map((name) => {
      const header = json<TruthHeader>(join(part, name));
      const streams = (header.streams ?? []).map((stream) => columnsOf(part, stream));
      const { stream } = header.truth ?? {};
      return { header, streams, truth: stream ? columnsOf(part, stream) : {} };
    });
}

/** A CSV of numbers by column. */
export function csv(part: string, file: string): Columns {
  const [head, ...lines] = gunzipSync(readFileSync(join(folder, part, file)))
    .toString('utf8')
    .trimEnd()
    .split('\n');
  const cells = lines.map((line) => line.split(','));
  return Object.fromEntries(
    head!.split(',').map((name, i) => [name, Float64Array.from(cells, (row) => Number(row[i] || NaN))]),
  );
}
