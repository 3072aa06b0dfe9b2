import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EngineError, type Registry, until } from '@coxa/eventing';
import type { Metrics } from '@coxa/platform';
import { connectAsync, type MqttClient } from 'mqtt';
import { Mosquitto, mosquittoProgram } from '../test/mosquitto.js';
import type { CheckInIntake } from './check-in-intake.js';
import { MqttIntake } from './mqtt-intake.js';
import type { RateLimit } from './rate-limit.js';
import type { ReadingsGate } from './readings-gate.js';

const program = mosquittoProgram();

if (!program)
  test.skip('failures of ours: no mosquitto on this machine (Debian: apt-get install mosquitto)', () =>
    undefined);
else
  describe('failures of ours, through a real broker', () => {
    let broker: Mosquitto;
    let device: MqttClient;

    beforeAll(async () => {
      broker = await Mosquitto.start(program);
      device = await connectAsync(broker.url, { protocolVersion: 5 });
    });

    afterAll(async () => {
      await device.endAsync();
      await broker.end();
    });

    test.each([
      ['damage in the index of batches', new EngineError('corrupt', 'views.db: damaged')],
      ['an error that nobody named', Object.assign(new Error('too many open files'), { code: 'EMFILE' })],
      ['a registry that is behind', new EngineError('behind', 'not at the end of its topic')],
    ])(
      'regression: given %s, then the message is not done until it could be taken',
      async (what, failure) => {
        const prefix = `trial-${what.length}`;
        let tries = 0;
        let taken = 0;
        const refused: unknown[] = [];
        const readings = {
          admit: () => undefined,
          read: () => ({ bytes: new Uint8Array() }),
          take: () => (++tries < 3 ? Promise.reject(failure) : Promise.resolve(taken++)),
        };
        const intake = new MqttIntake({
          url: broker.url,
          prefix,
          readings: readings as unknown as ReadingsGate,
          checkIns: {} as CheckInIntake,
          checkInRate: {} as RateLimit,
          registry: { device: () => undefined } as unknown as Registry,
          metrics: {
            mqttConnected: { set: () => undefined },
            refused: { inc: (labels: unknown) => refused.push(labels) },
          } as unknown as Metrics,
        });
        const sending = setInterval(
          () => void device.publishAsync(`${prefix}/d/readings`, 'x', { qos: 1 }),
          200,
        );
        expect(await until(() => tries > 0, 10_000)).toBe(true);
        clearInterval(sending);
        expect(await until(() => taken > 0, 10_000)).toBe(true);
        expect(refused).toEqual([]);
        await intake.close();
      },
    );
  });
