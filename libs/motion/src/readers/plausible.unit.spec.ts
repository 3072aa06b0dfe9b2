import { describe, expect, test } from '@jest/globals';
import { readRecording } from './read-recording.js';

const read = (text: string) => readRecording(new TextEncoder().encode(text));
const imu = 'accX (m/s^2),accY (m/s^2),accZ (m/s^2),gyrX (rad/s),gyrY (rad/s),gyrZ (rad/s)';
const table = (titles: string, row: (i: number) => string): string =>
  [titles, ...Array.from({ length: 20 }, (_, i) => row(i))].join('\n');
const still = '0.1,0.2,9.81,0.1,0.2,0.3';

describe('what has the form of a recording and is none', () => {
  test.each([
    ['no column of time', table(imu, () => still), 'without a column of time'],
    ['times that run backwards', table(`time (s),${imu}`, (i) => `${9 - i / 100},${still}`), 'do not ascend'],
    ['a time that stands still', table(`time (s),${imu}`, () => `5,${still}`), 'do not ascend'],
    ['a sample every ten seconds', table(`time (s),${imu}`, (i) => `${i * 10},${still}`), 'every 10 s'],
    ['empty cells', table(`time (s),${imu}`, (i) => `${i / 100},,,,,,`), 'accX is mostly empty'],
    [
      'decimal commas between commas',
      table(`time (s),${imu}`, (i) => `0,${i},0,1,0,2,9,8,0,1,0,2,0,3`),
      'more cells',
    ],
    ['commas between thousands', table(`time (s),${imu}`, (i) => `"1,23${i}",${still}`), 'more cells'],
    ['a title twice', table(`time (s),accX (g),${imu}`, (i) => `${i / 100},0,${still}`), 'accX comes twice'],
    ['quaternions of no length', table('t,qw,qx,qy,qz', (i) => `${i / 100},0,0,0,0`), 'length is not 1'],
    [
      'lines that end with a carriage return',
      table(`time (s),${imu}`, () => still).replaceAll('\n', '\r'),
      'carriage',
    ],
  ])('given %s, then it is refused, and what was seen is said', (_, text, reason) => {
    const found = read(text);
    expect(found.ok ? '' : found.reason).toContain(reason);
  });
});

describe('what others write', () => {
  test.each([
    ['ns', 1e9],
    ['µs', 1e6],
    ['ms', 1e3],
  ])(
    'given times since 1970 in %s without a word of the unit, then they are told by their size',
    (_, perS) => {
      const found = read(
        table(`timestamp,${imu}`, (i) => `${BigInt(1.7e9 * perS) + BigInt((i * perS) / 100)},${still}`),
      );
      if (!found.ok) throw new Error(found.reason);
      expect(found.sessions[0]!.sampleRateHz).toBeCloseTo(100, 2);
      expect(found.sessions[0]!.startedAt).toBe('2023-11-14T22:13:20.000Z');
    },
  );

  test('given units with a raised 2 and a degree sign, in UTF-8 or in Latin-1, then they are understood', () => {
    const titles = 'Zeit (s);accX (m/s²);accY (m/s²);accZ (m/s²);gyrX (°/s);gyrY (°/s);gyrZ (°/s)';
    const text = table(titles, (i) => `0,${String(i).padStart(2, '0')};0,1;0,2;9,81;90;2;3`);
    for (const bytes of [new TextEncoder().encode(text), Uint8Array.from(Buffer.from(text, 'latin1'))]) {
      const found = readRecording(bytes);
      if (!found.ok) throw new Error(found.reason);
      expect(found.sessions[0]!.channels['gyrX']![3]).toBeCloseTo(Math.PI / 2, 12);
      expect(found.sessions[0]!.channels['accZ']![3]).toBeCloseTo(9.81, 12);
    }
  });

  test('given an Xsens DOT export with tabs, then it is read', () => {
    const found = read(
      table(
        'PacketCounter\tSampleTimeFine\tQuat_W\tQuat_X\tQuat_Y\tQuat_Z',
        (i) => `${i}\t${i * 16667}\t1\t0\t0\t0`,
      ),
    );
    expect(found).toMatchObject({ ok: true, format: 'xsens-dot-csv' });
  });
});
