import { basename } from 'node:path';
import { readRecording } from '@coxa/motion';
import { withServer } from '../client.js';
import { recordingBatches, sensorOf, type StreamDetails } from '../load/recording-batches.js';
import { openTransport, transports } from '../load/transport.js';
import { CommandFailed, printJson, Progress, WrongUse } from '../output.js';

/** Batches under way at once; over WebSocket the credit counts too. */
const window = 8;

export interface StreamOptions extends StreamDetails {
  readonly token?: string;
  readonly transport: string;
  readonly mqtt?: string;
  readonly json?: boolean;
}

/** Streams a device's own file the way the device would: a batch a second's worth, over the transport that is asked for. */
export async function streamRecording(path: string, bytes: Buffer, options: StreamOptions): Promise<void> {
  const transportName = transports.find((name) => name === options.transport);
  if (!transportName)
    throw new WrongUse(`--transport is ${options.transport}; expected one of ${transports.join(', ')}`);
  const { token } = options;
  const deviceId = token && deviceIn(token);
  if (!token || !deviceId)
    throw new WrongUse("streaming needs --token with the device's own token, as POST /v1/devices gave it");
  const read = readRecording(bytes, basename(path));
  if (!read.ok) throw new CommandFailed(`${basename(path)} is no recording that is known: ${read.reason}`);
  const session = sensorOf(read.sessions, options.sensor);
  const batches = recordingBatches(deviceId, bytes, session, options);
  await withServer(async (client) => {
    const device = { deviceId, token };
    const transport = await openTransport(transportName, client, [device], options.mqtt);
    const progress = new Progress(`streaming ${basename(path)}`, batches.length);
    let next = 0;
    let done = 0;
    let known = 0;
    const send = async () => {
      for (let batch = batches[next++]; batch; batch = batches[next++]) {
        const duplicate = await transport.send(device, batch).catch((cause: unknown) => {
          throw new CommandFailed(`batch ${done} was refused: ${String((cause as Error).message)}`, {
            cause,
          });
        });
        if (duplicate) known++;
        progress.show(++done);
      }
    };
    try {
      await Promise.all(Array.from({ length: window }, send));
    } finally {
      await transport.close();
    }
    const samples = batches.reduce((sum, { channels }) => sum + Object.values(channels)[0]!.length, 0);
    const { sessionId } = batches[0] as unknown as { sessionId: string };
    const told = { transport: transportName, format: read.format, sessionId, batches: done, known, samples };
    if (options.json) return printJson(told);
    const before = known === 0 ? '' : known === done ? ', all known already' : `, ${known} known already`;
    console.log(
      `${basename(path)} (${read.format}): ${samples} samples in ${done} batches acknowledged over ${transportName}${before}, session ${sessionId}`,
    );
    if (transportName === 'mqtt')
      console.log(
        'The broker has them. Coxa takes them while it is connected to the same broker: see whether the session is there with GET /v1/patients/<id>/sessions.',
      );
  });
}

/** The device that a token speaks for. It is not checked here: the server does. */
export function deviceIn(token: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      readonly role?: string;
      readonly sub?: string;
      readonly deviceId?: string;
    };
    return claims.role === 'device' ? (claims.deviceId ?? claims.sub) : undefined;
  } catch {
    return undefined;
  }
}
