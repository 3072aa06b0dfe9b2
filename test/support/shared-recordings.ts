import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(process.env['COXA_SHARED'] ?? join(root, '..', 'shared'), 'data', 'motion');

/** Whether the genuine recordings are on this machine; they are not part of the repository. */
export const recordingsThere = (): boolean => existsSync(folder);

interface StreamHeader {
  readonly sensor: string;
  readonly file: string;
  readonly rows: number;
  readonly sampleRateHz?: number;
  readonly mounting?: [number, number, number, number];
  readonly columns: readonly { readonly name: string; readonly truth?: boolean }[];
}

export interface RecordingHeader {
  readonly side?: 'L' | 'R';
  readonly sampleRateHz?: number;
  readonly neutralPoses?: readonly (readonly [number, number])[];
  readonly streams: readonly StreamHeader[];
  readonly truth: {
    readonly stream?: StreamHeader;
    readonly repetitions?: readonly { readonly peakDeg: number; readonly amplitudeDeg: number }[];
  };
}

export const readHeader = (name: string): RecordingHeader =>
  JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as RecordingHeader;

/** The columns of one stream by name; those that hold truth only when asked for. */
export function readStream(name: string, stream: StreamHeader, withTruth = false): Record<string, number[]> {
  const raw = gunzipSync(readFileSync(join(folder, dirname(name), stream.file)));
  const values = new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4);
  const width = stream.columns.length;
  return Object.fromEntries(
    stream.columns.flatMap(({ name: column, truth }, index) =>
      truth && !withTruth
        ? []
        : [[column, Array.from({ length: stream.rows }, (_, row) => values[row * width + index]!)]],
    ),
  );
}
