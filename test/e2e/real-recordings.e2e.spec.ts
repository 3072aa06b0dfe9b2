import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { readHeader, readStream, recordingsThere } from '../support/shared-recordings.js';
import { tempFolder } from '../support/temp-folder.js';

const startedAt = Date.parse('2026-01-06T10:00:00+01:00');
const there = recordingsThere();

/** Peaks of complete repetitions (hysteresis 8°), as the data's own definition has them. */
function peaksOf(angle: readonly number[]): number[] {
  const peaks: number[] = [];
  let valley = Infinity;
  let peak = -Infinity;
  let rising = false;
  for (const value of angle) {
    if (!rising) {
      valley = Math.min(valley, value);
      if (value - valley >= 8) [rising, peak] = [true, value];
    } else if (value > peak) peak = value;
    else if (peak - value >= 8) {
      peaks.push(peak);
      [rising, valley] = [false, value];
    }
  }
  return peaks;
}

describe('genuine recordings', () => {
  if (!there) {
    test.skip('the recordings are not on this machine (COXA_SHARED)', () => undefined);
    return;
  }
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    await enrol(clinician, 'p1');
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  async function send(
    sessionId: string,
    device: { deviceId: string; token: string },
    columns: Record<string, number[]>,
    rate: number,
    header: Record<string, unknown>,
  ): Promise<string> {
    const api = new Api(server.address, device.token);
    const names = Object.keys(columns);
    const rows = columns[names[0]!]!.length;
    const size = 500;
    let position = '';
    for (let from = 0, sequence = 0; from < rows; from += size, sequence++) {
      const channels = Object.fromEntries(
        names.map((name) => [name, columns[name]!.slice(from, from + size)]),
      );
      const at = new Date(startedAt + (from / rate) * 1000).toISOString();
      const batch = {
        deviceId: device.deviceId,
        sessionId,
        sequence,
        kind: 'imu',
        segment: 'thigh',
        startedAt: at,
        sampleRateHz: rate,
        channels,
        ...header,
        ...(from + size >= rows ? { last: true } : {}),
        ...(from === 0 ? {} : { marks: undefined }),
      };
      const answer = await api.post<{ position: string }>('/v1/readings', batch);
      expect(answer.status).toBe(202);
      position = answer.body.position;
    }
    return position;
  }

  const register = async (side: 'left' | 'right', mounting?: readonly number[]) =>
    (
      await clinician.post<{ deviceId: string; token: string }>('/v1/devices', {
        patientId: 'p1',
        kind: 'imu',
        segment: 'thigh',
        side,
        model: 'recorded',
        ...(mounting ? { mounting } : {}),
      })
    ).body;

  test.each(['hybrid/seated-01', 'hybrid/seated-02'])(
    'given %s, when it is streamed, then the reading is the median of the first three true peaks within 1.5°',
    async (name) => {
      const header = readHeader(name);
      const [stream] = header.streams as [(typeof header.streams)[number]];
      const side = header.side === 'L' ? 'left' : 'right';
      const device = await register(side, stream.mounting);
      const [from, to] = header.neutralPoses![0]!;
      const sessionId = name.replace('/', '-');
      const position = await send(sessionId, device, readStream(name, stream), stream.sampleRateHz!, {
        side,
        segment: stream.sensor,
        position: 'seated',
        purpose: 'measurement',
        marks: [{ kind: 'neutral', fromMs: from * 1000, toMs: Math.min(to * 1000, 4_900) }],
      });
      const truth = readStream(name, header.truth.stream!, true);
      const angle = truth[Object.keys(truth).find((column) => /internalRotation/i.test(column))!]!;
      const expected = peaksOf(angle)
        .slice(0, 3)
        .sort((a, b) => a - b)[1]!;
      const { body } = await clinician.get<{
        items: { sessionId?: string; value: number; reasons: string[] }[];
      }>(`/v1/patients/p1/rotation?after=${position}`);
      const reading = body.items.find((item) => item.sessionId === sessionId)!;
      expect(Math.abs(reading.value - expected)).toBeLessThan(1.5);
    },
  );

  test.each(['hybrid/hybrid-02', 'hybrid/hybrid-10'])(
    'given %s, pelvis and thigh at once while standing, when both are streamed, then the reading is the median excursion of the first three repetitions',
    async (name) => {
      const header = readHeader(name);
      const side = header.side === 'L' ? 'left' : 'right';
      const capture = name.replace('/', '-');
      const [from, to] = header.neutralPoses![0]!;
      let position = '';
      // The thigh comes first: alone it gives no value, with the pelvis it is measured anew.
      for (const segment of ['thigh', 'pelvis']) {
        const stream = header.streams.find(({ sensor }) => sensor === segment)!;
        const device = await register(side, stream.mounting);
        position = await send(
          `${capture}-${segment}`,
          device,
          readStream(name, stream),
          stream.sampleRateHz!,
          {
            side,
            segment,
            position: 'standing',
            purpose: 'measurement',
            captureId: capture,
            marks: [{ kind: 'neutral', fromMs: from * 1000, toMs: to * 1000 }],
          },
        );
      }
      const expected = header.truth
        .repetitions!.slice(0, 3)
        .map(({ amplitudeDeg }) => amplitudeDeg)
        .sort((a, b) => a - b)[1]!;
      const { body } = await clinician.get<{
        items: { sessionId?: string; value: number | null; reasons: string[] }[];
      }>(`/v1/patients/p1/rotation?after=${position}`);
      const readings = body.items.filter((item) => item.sessionId?.startsWith(capture));
      expect(readings).toHaveLength(1);
      expect(Math.abs(readings[0]!.value! - expected)).toBeLessThan(1.5);
      expect(readings[0]!.reasons).not.toContain('heading-uncertain');
    },
  );

  test('given a body walking with a sensor whose mounting nobody told, when it is streamed, then every sample is kept and no angle is claimed', async () => {
    const name = 'human/qmt-full-body';
    const header = readHeader(name);
    const stream = header.streams.find(({ sensor }) => /thigh.*l/i.test(sensor)) ?? header.streams[1]!;
    const columns = Object.fromEntries(
      Object.entries(readStream(name, stream)).filter(([column]) => /^(acc|gyr)[XYZ]$/.test(column)),
    );
    const position = await send('human', await register('left'), columns, header.sampleRateHz!, {
      side: 'left',
      position: 'standing',
      purpose: 'measurement',
    });
    const { body } = await clinician.get<{
      items: { sessionId: string; samples: number; missing: unknown[] }[];
    }>(`/v1/patients/p1/sessions?after=${position}`);
    expect(body.items.find(({ sessionId }) => sessionId === 'human')).toMatchObject({
      samples: stream.rows,
      missing: [],
      ended: 'last',
    });
    const rotation = await clinician.get<{
      items: { sessionId?: string; value: number | null; valid: boolean; reasons: string[] }[];
    }>('/v1/patients/p1/rotation');
    const reading = rotation.body.items.find(({ sessionId }) => sessionId === 'human')!;
    expect(reading).toMatchObject({ value: null, valid: false });
    expect(reading.reasons).toContain('mounting-unknown');
  });
});
