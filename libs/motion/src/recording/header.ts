/** A column of a stream: its name, its unit, and whether it is truth that must not be looked at. */
export interface ColumnHeader {
  readonly name: string;
  readonly unit?: string;
  readonly truth?: boolean;
}

export interface StreamHeader {
  readonly sensor: string;
  readonly sampleRateHz?: number;
  readonly samplingPeriodS?: number;
  readonly mounting?: readonly number[];
  readonly file: string;
  readonly rows: number;
  readonly columns: readonly ColumnHeader[];
}

/** The header of a recording as the motion data set has it; see the reference page for the fields of each kind. */
export interface RecordingHeader {
  readonly name: string;
  readonly kind: string;
  readonly modes?: readonly string[];
  readonly sampleRateHz?: number;
  readonly side?: string;
  readonly posture?: string;
  readonly fusion?: string;
  readonly unit?: string;
  readonly outputRows?: number;
  readonly outputRateHz?: number;
  readonly neutralPoses?: readonly (readonly [number, number])[];
  readonly repetitions?: { readonly angle?: string; readonly thresholdDeg?: number };
  readonly posesS?: Readonly<Record<string, readonly [number, number]>>;
  readonly declared?: Readonly<
    Record<string, { readonly upAxis?: readonly number[]; readonly outwardAxis?: readonly number[] }>
  >;
  readonly streams?: readonly StreamHeader[];
  readonly file?: string;
}

/** What is wrong with a header, in words; undefined for one that can be used. */
export function headerFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  const header = value as Partial<RecordingHeader>;
  if (typeof header.kind !== 'string') return 'it has no "kind"';
  if (typeof header.name !== 'string') return 'it has no "name"';
  const fault = fieldFault(header) ?? numberFault(header);
  if (fault) return fault;
  if (header.kind === 'hipFrames') return typeof header.file === 'string' ? undefined : 'it names no "file"';
  if (!Array.isArray(header.streams) || header.streams.length === 0) return 'it has no "streams"';
  return header.streams.map(streamFault).find((one) => one !== undefined);
}

function streamFault(stream: Partial<StreamHeader> | null): string | undefined {
  if (typeof stream !== 'object' || stream === null) return 'a stream is no object';
  if (typeof stream.file !== 'string') return 'a stream names no "file"';
  if (!Array.isArray(stream.columns) || stream.columns.length === 0) return 'a stream has no "columns"';
  return undefined;
}

/** More rows than a day at 100 samples/s are no session. */
const mostRows = 1e7;
/** Kinds whose angle has another sign on the other side. */
const sided: readonly string[] = ['hipSession', 'seatedSession'];

const hipAngles: readonly string[] = ['flexion', 'adduction', 'internalRotation'];

function numberFault({ outputRateHz, repetitions }: Partial<RecordingHeader>): string | undefined {
  const { angle, thresholdDeg } = repetitions ?? {};
  if (angle !== undefined && !hipAngles.includes(angle))
    return `its repetitions are of the angle "${angle}", not of ${hipAngles.join(', ')}`;
  if (thresholdDeg !== undefined && !(typeof thresholdDeg === 'number' && thresholdDeg > 0))
    return 'its repetitions have a "thresholdDeg" that is no number above 0';
  return outputRateHz === undefined || (typeof outputRateHz === 'number' && outputRateHz > 0)
    ? undefined
    : 'its "outputRateHz" is no number above 0';
}

function fieldFault({ kind, side, outputRows, neutralPoses }: Partial<RecordingHeader>): string | undefined {
  if (sided.includes(kind ?? '') && !/^(l|r|left|right)$/i.test(String(side)))
    return 'its "side" is neither L nor R';
  if (outputRows !== undefined && !(Number.isInteger(outputRows) && outputRows > 0 && outputRows <= mostRows))
    return `its "outputRows" is no whole number from 1 to ${mostRows}`;
  const poses: unknown = neutralPoses ?? [];
  const isPose = (pose: unknown) => Array.isArray(pose) && pose.length === 2 && pose.every(Number.isFinite);
  return Array.isArray(poses) && poses.every(isPose)
    ? undefined
    : 'its "neutralPoses" are no pairs of seconds';
}
