import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EngineError, type Registry, until } from '@coxa/eventing';
import { type Metrics, ProblemException } from '@coxa/platform';
import { connectAsync, type MqttClient } from 'mqtt';
import { Mosquitto, mosquittoProgram } from '../test/mosquitto.js';
import type { CheckInIntake } from './check-in-intake.js';
import { MqttIntake } from './mqtt-intake.js';
import type { RateLimit } from './rate-limit.js';
import type { ReadingsGate } from './readings-gate.js';

const program = mosquittoProgram();
const tooMany = () => Object.assign(new Error('too many open files'), { code: 'EMFILE' });

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

    /** What becomes of messages whose tries fail as `failureOf` says; resolves when one was taken or refused. */
    async function outcome(prefix: string, failureOf: (tries: number) => Error | null) {
      let tries = 0;
      const taken: number[] = [];
      const refused: unknown[] = [];
      const readings = {
        admit: () => undefined,
        read: () => ({ bytes: new Uint8Array() }),
        take: () => {
          const failure = failureOf(++tries);
          return failure ? Promise.reject(failure) : Promise.resolve(taken.push(tries));
        },
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
      // Before the intake has subscribed, what is published reaches nobody.
      while (tries === 0) {
        await device.publishAsync(`${prefix}/d/readings`, 'x', { qos: 1 });
        await until(() => tries > 0, 200);
      }
      await until(() => taken.length > 0 || refused.length > 0, 20_000);
      await intake.close();
      return { taken: taken.length, refused };
    }

    test.each([
      ['damage in the index of batches', new EngineError('corrupt', 'views.db: damaged')],
      ['an error that nobody named', tooMany()],
      ['a registry that is behind', new EngineError('behind', 'not at the end of its topic')],
    ])(
      'regression: given %s, then the message is not done until it could be taken',
      async (what, failure) => {
        const { taken, refused } = await outcome(`trial-${what.length}`, (n) => (n < 3 ? failure : null));
        expect(refused).toEqual([]);
        expect(taken).toBeGreaterThan(0);
      },
    );

    test('regression: given a device that was too fast for a while, when something fails that nobody has named, then that is tried again too', async () => {
      const { taken, refused } = await outcome('slow', (n) => {
        if (n <= 125) return new ProblemException('too-many-requests');
        return n < 128 ? tooMany() : null;
      });
      expect(refused).toEqual([]);
      expect(taken).toBeGreaterThan(0);
    });

    test('given a failure that is told of one message alone, then it is not waited for: others would wait behind it', async () => {
      const { taken, refused } = await outcome('own', () => new ProblemException('internal'));
      expect(taken).toBe(0);
      expect(refused).toEqual([{ transport: 'mqtt', code: 'internal' }]);
    });
  });
