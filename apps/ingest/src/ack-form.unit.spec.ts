import { decodeCbor, encodeCbor } from '@coxa/contracts';
import { expect, test } from '@jest/globals';
import { AckForm } from './ack-form.js';

test.each([0, 23, 24, 255, 256, 65_535, 65_536, 100_000_000, 2 ** 32 - 1, 2 ** 40])(
  'given the sequence %d, when it is acknowledged by the form, then it reads as encoded whole',
  (sequence) => {
    const form = new AckForm('device-1', 'session-of-today');
    for (const duplicate of [false, true]) {
      const whole = {
        t: 'ack',
        deviceId: 'device-1',
        sessionId: 'session-of-today',
        sequence,
        duplicate,
      };
      expect(decodeCbor(form.of(sequence, duplicate))).toEqual(whole);
      expect(Buffer.compare(form.of(sequence, duplicate), encodeCbor(whole))).toBe(0);
    }
  },
);
