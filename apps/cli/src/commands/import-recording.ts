import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readRecording } from '@coxa/motion';
import { withServer } from '../client.js';
import { CommandFailed, printJson } from '../output.js';
import { deviceIn, streamRecording } from './stream-recording.js';

/** What may be said beside the file, as options of the command and as parameters of the call. */
const details = [
  'sensor',
  'session',
  'capture',
  'segment',
  'side',
  'position',
  'purpose',
  'motion',
  'startedAt',
  'mounting',
  'neutral',
] as const;

export type RecordingOptions = Readonly<Partial<Record<(typeof details)[number], string>>> & {
  readonly token?: string;
  readonly device?: string;
  /** Streams the file as its device would, instead of handing it over whole. */
  readonly transport?: string;
  readonly mqtt?: string;
  readonly json?: boolean;
};

interface Taken {
  readonly duplicate: boolean;
  readonly format: string;
  readonly sessionId: string;
  readonly startedAt: string;
  readonly samples: number;
  readonly packets: {
    readonly expected: number;
    readonly received: number;
    readonly lost: number;
    readonly gaps: number;
  };
  readonly notes: readonly string[];
}

/** What `POST /v1/recordings` takes at once. */
const mostUploadBytes = 4 * 1024 * 1024;

/** Whether a file is a table of check-ins: its first line names the columns of one. */
export function looksLikeCheckIns(path: string): boolean {
  const first = bytesOf(path).subarray(0, 4096).toString('utf8').split(/\r?\n/)[0] ?? '';
  return /(^|[,;"])\s*(patientId|pain\.now)\s*("|,|;|$)/.test(first.replace(/^\uFEFF/, ''));
}

/** Imports a device's own file. The same file again changes nothing. */
export async function importRecording(path: string, options: RecordingOptions): Promise<void> {
  const bytes = bytesOf(path);
  const { transport } = options;
  if (transport !== undefined) return streamRecording(path, bytes, { ...options, transport });
  // More than one upload may have: it goes the way of the device's own batches, which have no end.
  if (bytes.length > mostUploadBytes && deviceIn(options.token ?? '') !== undefined)
    return streamRecording(path, bytes, { ...options, transport: 'cbor' });
  const read = readRecording(bytes, basename(path));
  if (!read.ok)
    throw new CommandFailed(
      `${basename(path)} is neither a table of check-ins nor a recording that is known: ${read.reason}`,
    );
  const { token, device, json } = options;
  if (!token)
    throw new CommandFailed(
      'importing a recording needs the token of its device, or that of a clinician and --device <id>',
    );
  if (bytes.length > mostUploadBytes)
    throw new CommandFailed(
      `${basename(path)} is over 4 MiB, more than an upload may have: import it with the token of its device, which streams it, or export it in parts`,
    );
  await withServer(async ({ address }) => {
    const query = new URLSearchParams(device === undefined ? {} : { deviceId: device });
    const renamed: Readonly<Record<string, string>> = { session: 'sessionId', capture: 'captureId' };
    for (const name of details)
      if (options[name] !== undefined) query.set(renamed[name] ?? name, options[name]);
    const response = await fetch(`${address}/v1/recordings?${query.toString()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(bytes),
    });
    const answer = (await response.json()) as Taken & Refusal;
    if (!response.ok) throw new CommandFailed(`${basename(path)}: ${refusal(answer)}`);
    if (json) printJson(answer);
    else tell(path, answer);
  });
}

interface Refusal {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

const refusal = ({ title, detail, errors }: Refusal): string =>
  errors?.map(({ path, message }) => `${path.replace(/^[?/]/, '') || 'it'} ${message}`).join('; ') ??
  detail ??
  title ??
  'refused';

function tell(
  path: string,
  { duplicate, format, sessionId, startedAt, samples, packets, notes }: Taken,
): void {
  console.log(
    `${basename(path)} (${format}): ${samples} samples from ${startedAt}, session ${sessionId}${duplicate ? ', known already' : ''}`,
  );
  const { expected, received, lost, gaps } = packets;
  console.log(`packets: ${expected} expected, ${received} received, ${lost} lost in ${gaps} gaps`);
  for (const note of notes) console.log(`note: ${note}`);
}

/** @throws CommandFailed when the file cannot be read */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new CommandFailed(`${path} ${why}`, { cause });
  }
}
