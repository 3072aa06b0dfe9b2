import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { motionData, recordingsThere } from '../../testing/recordings.js';
import { readNumbers } from './number-table.js';
import { readRecording } from './read-recording.js';
import { fileStart } from './file-start.js';
import { soundRows } from './sound-rows.js';
import type { ReadRecording, RecordedSession } from './recorded-session.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const only = (text: string | Uint8Array): RecordedSession => {
  const read = readRecording(typeof text === 'string' ? bytes(text) : text);
  if (!read.ok) throw new Error(read.reason);
  return read.sessions[0]!;
};
const reasonOf = (text: string | Uint8Array): string => {
  const read = readRecording(typeof text === 'string' ? bytes(text) : text);
  return read.ok ? '' : read.reason;
};

describe('plain tables', () => {
  const rows = ['0,0.1,0.2,9.8,1,2,3', '0.01,0.1,0.2,9.8,4,5,6', '0.02,0.1,0.2,9.8,7,8,9'];
  const titles = 'time (s),accX (m/s^2),accY (m/s^2),accZ (m/s^2),gyrX (deg/s),gyrY (deg/s),gyrZ (deg/s)';

  test('given units in the titles, then the channels are in SI, and it is said that no angle can be known', () => {
    const { kind, sampleRateHz, channels, notes } = only([titles, ...rows].join('\n'));
    expect(kind).toBe('imu');
    expect(sampleRateHz).toBeCloseTo(100, 6);
    expect(channels['gyrZ']![2]).toBeCloseTo((9 * Math.PI) / 180, 12);
    expect(notes.join()).toContain('mounting');
  });

  test('given axes of one letter with a unit that fits, thousandths and gauss, then they are known; without a unit they may be anything', () => {
    const short = 'time (s),ax [mg],ay [mg],az [mg],gx [mdps],gy [mdps],gz [mdps],mx [G],my [G],mz [G]';
    const { channels } = only(`${short}\n0,0,0,1000,0,0,1000,0.2,0,0.4\n0.01,0,0,1000,0,0,1000,0.2,0,0.4`);
    expect(channels['accZ']![0]).toBeCloseTo(9.80665, 9);
    expect(channels['gyrZ']![0]).toBeCloseTo(Math.PI / 180, 12);
    expect(channels['magX']![0]).toBeCloseTo(20, 9);
    expect(reasonOf(`time,ax,ay,az,gx,gy,gz\n${rows.join('\n')}`)).toContain('"ax"');
  });

  test('given a byte order mark, CRLF, empty columns, semicolons and decimal commas, then the same is read', () => {
    const semicolons = [titles, ...rows].map((line) => `${line.replaceAll(',', ';').replaceAll('.', ',')};`);
    const other = only(`\ufeffsep=;\r\n${semicolons.join('\r\n')}\r\n`);
    const plain = only([titles, ...rows].join('\n'));
    expect(other.channels).toEqual(plain.channels);
    expect(other.timeS).toEqual(plain.timeS);
  });

  test('given g and nanoseconds since 1970, then they become m/s² and seconds', () => {
    const text = [
      'timestamp_ns,acc_x [g],acc_y [g],acc_z [g],gyr_x [rad/s],gyr_y [rad/s],gyr_z [rad/s]',
      '1700000000000000000,0,0,1,0,0,0',
      '1700000000010000000,0,0,1,0,0,0',
    ].join('\n');
    const { channels, timeS } = only(text);
    expect(channels['accZ']![0]).toBeCloseTo(9.80665, 9);
    expect(timeS[1]).toBeCloseTo(0.01, 6);
  });

  test('given a last line that was cut, then it is left out', () => {
    expect(only([titles, ...rows, '0.03,0.1,0.'].join('\n')).timeS).toHaveLength(3);
  });

  test('given phyphox titles, then it is phyphox', () => {
    const text = [
      '"Time (s)","Acceleration x (m/s^2)","Acceleration y (m/s^2)","Acceleration z (m/s^2)","Gyroscope x (rad/s)","Gyroscope y (rad/s)","Gyroscope z (rad/s)"',
      '0.000000000E0,1.0E-1,2.0E-1,9.81E0,1.0E-3,2.0E-3,3.0E-3',
      '1.000000000E-2,1.0E-1,2.0E-1,9.81E0,1.0E-3,2.0E-3,3.0E-3',
    ].join('\n');
    const read = readRecording(bytes(text)) as ReadRecording;
    expect(read.format).toBe('phyphox-csv');
    expect(read.sessions[0]!.channels['accZ']![1]).toBe(9.81);
  });
});

describe('what is refused', () => {
  test.each([
    ['', 'empty'],
    ['PK\u0003\u0004rest', 'ZIP'],
    ['name,age\nAnn,5\nBob,6', '"name", "age"'],
    ['time (s),accX,accY,accZ,gyrX,gyrY,gyrZ\n0,0,0,0,0,0,0', 'no unit'],
    [
      'Time (s),Linear Acceleration x (m/s^2),Linear Acceleration y (m/s^2),Linear Acceleration z (m/s^2)\n0,0,0,0',
      'gravity',
    ],
    [
      'time (s),accX (furlong),accY (g),accZ (g),gyrX (rad/s),gyrY (rad/s),gyrZ (rad/s)\n0,0,0,0,0,0,0',
      'furlong',
    ],
    ['<html><body>', 'markup'],
    ['[1,2,3]', 'JSON'],
  ])('given %j, then it says %s', (text, said) => {
    expect(reasonOf(text)).toContain(said);
  });

  test('given any bytes, then it answers and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (anything) => {
        expect(typeof readRecording(anything).ok).toBe('boolean');
      }),
    );
  });
});

test('given any numbers as text, then the table reads what Number() reads', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 20 }),
      (values) => {
        const text = values.map((value) => `${value},${value.toFixed(6)}`).join('\n');
        const { columns } = readNumbers(bytes(text), { start: 0, separator: 44, decimal: 46, columns: 2 });
        expect([...columns[0]!]).toEqual(values.map((value) => Number(String(value))));
        expect([...columns[1]!]).toEqual(values.map((value) => Number(value.toFixed(6))));
      },
    ),
  );
});

describe('OpenSim', () => {
  test('given a .mot in radians, then hip rotation of each side is a series in degrees', () => {
    const text =
      'Coordinates\nversion=1\nnRows=2\nnColumns=3\ninDegrees=no\nendheader\ntime\thip_rotation_r\thip_rotation_l\n0.00\t0.1\t0.2\n0.01\t0.1\t0.2\n';
    const read = readRecording(bytes(text)) as ReadRecording;
    expect(read.format).toBe('opensim-mot');
    expect(read.sessions.map(({ sensor }) => sensor)).toEqual(['hip-right', 'hip-left']);
    expect(read.sessions[1]!.channels['angleDeg']![0]).toBeCloseTo(11.459, 3);
  });

  test('given a .sto of quaternions, then each sensor is an orientation', () => {
    const text =
      'DataRate=100.000000\nDataType=Quaternion\nversion=3\nendheader\ntime\tpelvis_imu\tfemur_r_imu\n0\t1,0,0,0\t0.5,0.5,0.5,0.5\n0.01\t1,0,0,0\t0.5,0.5,0.5,0.5\n';
    const read = readRecording(bytes(text)) as ReadRecording;
    expect(read.format).toBe('opensim-sto');
    expect(read.sessions[1]!.channels['quatZ']![1]).toBe(0.5);
  });
});

const there = recordingsThere();
if (!there) console.warn(`the files in ${motionData} are not here: genuine device files were NOT read`);
(there ? describe : describe.skip)("genuine devices' files", () => {
  const file = (name: string) => new Uint8Array(readFileSync(`${motionData}/formats/${name}`));

  test('given the left femur that lost packets, then exactly 157 are missed', () => {
    const session = only(file('opensense/LFemur_20210820_202113_831.csv'));
    expect(session.packets).toEqual({ expected: 352, received: 195, lost: 157, gaps: 138 });
    expect(session).toMatchObject({ kind: 'orientation', sensor: 'zdt', sampleRateHz: 60 });
    expect(session.notes.join()).toMatch(/gravity taken off.*no angle can be known/);
  });

  test.each(['Pelvis_20210820_202113_836.csv', 'RFemur_20210820_202113_840.csv'])(
    'given %s, then all packets are there',
    (name) => {
      expect(only(file(`opensense/${name}`)).packets.lost).toBe(0);
    },
  );

  test('given rate quantities, then the gyroscope comes in rad/s and the accelerometer shows gravity', () => {
    const { kind, channels, sampleRateHz } = only(file('imt/knee_tracking1_femur.csv'));
    expect(kind).toBe('imu');
    expect(sampleRateHz).toBe(60);
    expect(channels['gyrX']![0]).toBeCloseTo((2.072689 * Math.PI) / 180, 9);
    expect(channels['accZ']![0]).toBe(9.823106);
  });

  test('given MT text with the matrix in columns, then the accelerometer turned by it points up', () => {
    const { channels: c } = only(file('opensense/MT_012005D6_009-001_00B421E6.txt'));
    const [w, x, y, z] = ['W', 'X', 'Y', 'Z'].map((axis) => c[`quat${axis}`]![0]!) as [
      number,
      number,
      number,
      number,
    ];
    const up =
      2 * (x * z - w * y) * c['accX']![0]! +
      2 * (y * z + w * x) * c['accY']![0]! +
      (1 - 2 * (x * x + y * y)) * c['accZ']![0]!;
    expect(up).toBeGreaterThan(9.5);
  });

  test('given MT text with the matrix in rows, then it is read by name, and the acceleration without gravity is left out', () => {
    const { channels, notes } = only(file('opensense/XSDot_20210820_202113_Pelvis.txt'));
    expect(channels['accX']).toBeUndefined();
    expect(notes.join()).toContain('gravity taken off');
    expect(Math.hypot(...['W', 'X', 'Y', 'Z'].map((axis) => channels[`quat${axis}`]![5]!))).toBeCloseTo(1, 9);
  });
});

describe('when a file began', () => {
  test.each([
    ['2021-08-20_20:21:13_829 GMT+8', '2021-08-20T12:21:13.829Z'],
    ['2024-12-09_17:31:07_886 CET', '2024-12-09T16:31:07.886Z'],
    ['2024-12-09T17:31:07+05:30', '2024-12-09T12:01:07.000Z'],
    ['2024-12-09T17:31:07.5Z', '2024-12-09T17:31:07.500Z'],
    ['2024-12-09_17:31:07_886 IST', undefined],
    ['2024-12-09 17:31:07', undefined],
    ['2024-13-09 17:31:07Z', undefined],
    ['Unknown', undefined],
  ])('given %s, then %s', (text, wanted) => {
    const found = fileStart(text);
    expect(found === undefined ? undefined : new Date(found).toISOString()).toBe(wanted);
  });
});

describe('rows that can be sent on', () => {
  test('given rows out of order, repeated and with holes, then they ascend, each once and whole', () => {
    const { timeS, channels, leftOut, emptyChannels, lateS } = soundRows({
      timeS: Float64Array.of(0, 0.02, 0.01, 0.01, 0.03, NaN),
      channels: {
        angleDeg: Float64Array.of(NaN, 2, 1, 9, 3, 4),
        magX: new Float64Array(6).fill(NaN),
      },
    });
    expect([...channels['angleDeg']!]).toEqual([1, 2, 3]);
    expect([...timeS].map((t) => t.toFixed(2))).toEqual(['0.00', '0.01', '0.02']);
    expect({ leftOut, emptyChannels, lateS }).toEqual({ leftOut: 3, emptyChannels: ['magX'], lateS: 0.01 });
  });
});
