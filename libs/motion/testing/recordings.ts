import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const motionData = join(process.env['COXA_SHARED'] ?? join(root, '..', 'shared'), 'data', 'motion');

/** Whether the genuine recordings are on this machine; they are not part of the repository. */
export const recordingsThere = (): boolean => existsSync(motionData);

export const headersOf = (folder: string): string[] =>
  readdirSync(join(motionData, folder))
    .filter((name) => name.endsWith('.json') && name !== 'reference.json')
    .sort()
    .map((name) => join(motionData, folder, name));

export const readJson = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;

export interface StreamHeader {
  readonly sensor: string;
  readonly sampleRateHz?: number;
  readonly samplingPeriodS?: number;
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly truth?: boolean }[];
}

/** All columns of one stream by name, truth among them. */
export function columnsOf(headerPath: string, stream: StreamHeader): Record<string, Float64Array> {
  const raw = gunzipSync(readFileSync(join(dirname(headerPath), stream.file)));
  const values = new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4);
  const width = stream.columns.length;
  return Object.fromEntries(
    stream.columns.map(({ name }, index) => [
      name,
      Float64Array.from({ length: stream.rows }, (_, row) => values[row * width + index]!),
    ]),
  );
}

/** Columns nameX, nameY, nameZ as rows of three. */
export function interleave(columns: Record<string, Float64Array>, name: string): Float64Array {
  const [x, y, z] = ['X', 'Y', 'Z'].map((axis) => columns[name + axis]!) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const out = new Float64Array(x.length * 3);
  for (let i = 0; i < x.length; i++) out.set([x[i]!, y[i]!, z[i]!], i * 3);
  return out;
}
