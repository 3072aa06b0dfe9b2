import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeReadingBatch, encodeReadingBatch, type ReadingBatch } from '@coxa/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { Mosquitto, mosquittoProgram } from '../test/mosquitto.js';
import { ana, anasSensor, batch, checkIn, names, Scene } from '../test/scene.js';

const program = mosquittoProgram();

if (!program)
  test.skip('through a real broker: no mosquitto on this machine (Debian: apt-get install mosquitto)', () =>
    undefined);
else
  describe('through a real broker', () => {
    let broker: Mosquitto;
    let scene: Scene;
    let device: MqttClient;
    const problems: { topic: string; kind: string; problem: { code: string } }[] = [];

    beforeAll(async () => {
      broker = await Mosquitto.start(program);
      scene = await Scene.start({ COXA_MQTT_URL: broker.url });
      device = await connectAsync(broker.url, { protocolVersion: 5 });
      device.on('message', (topic, payload) =>
        problems.push({
          topic,
          ...(JSON.parse(payload.toString()) as { kind: string; problem: { code: string } }),
        }),
      );
      await device.subscribeAsync('coxa/+/problems');
      await eventually(async () => (await metric('coxa_mqtt_connected')) === 1);
    });

    afterAll(async () => {
      await device.endAsync();
      await scene.end();
      await broker.end();
    });

    const send = (payload: Uint8Array | string, kind = 'readings', from = anasSensor) =>
      device.publishAsync(`coxa/${from}/${kind}`, Buffer.from(payload), { qos: 1 });
    const stored = async (sequence: number) =>
      (await scene.all(names.readings)).filter(
        ({ value }) => decodeReadingBatch(value).sequence === sequence,
      );
    const cbor = (sequence: number) => encodeReadingBatch(batch(sequence) as unknown as ReadingBatch);

    async function metric(name: string): Promise<number> {
      const headers = await scene.as({ role: 'operator', subject: 'op' });
      const text = await (await fetch(`${scene.address}/metrics`, { headers })).text();
      return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
    }

    test('given batches as CBOR and as JSON, twice each, then each lies in the log once', async () => {
      for (let round = 0; round < 2; round++) {
        await send(cbor(0));
        await send(JSON.stringify(batch(1)));
      }
      await eventually(async () => (await stored(0)).length === 1 && (await stored(1)).length === 1);
      expect(Buffer.compare((await stored(0))[0]!.value, cbor(0))).toBe(0);
      expect((await stored(0))[0]!.key).toBe(ana);
    });

    test('given check-ins, one and a list, then they lie in the log', async () => {
      await send(JSON.stringify(checkIn('m1')), 'check-ins');
      await send(JSON.stringify([checkIn('m2'), checkIn('m3')]), 'check-ins');
      await eventually(async () => (await scene.all(names.checkIns)).length === 3);
    });

    test('given what can never be taken, then the device is told why, and what follows is taken', async () => {
      problems.length = 0;
      await send('{"deviceId":', 'readings');
      await send(JSON.stringify(batch(2, { side: 'middle' })));
      await send(JSON.stringify(batch(3)), 'readings', 'device-unknown');
      await send(JSON.stringify(checkIn('m4', { pain: { now: 11 } })), 'check-ins');
      await send(cbor(4));
      await eventually(async () => (await stored(4)).length === 1 && problems.length === 4);
      expect(problems.map(({ problem }) => problem.code).sort()).toEqual([
        'invalid',
        'invalid',
        'malformed',
        'not-found',
      ]);
      expect(problems).toContainEqual(
        expect.objectContaining({ kind: 'readings', sessionId: batch(2)['sessionId'], sequence: 2 }),
      );
      expect(await stored(3)).toEqual([]);
    });

    test('regression: given JSON that is set out in lines, then it is taken; given a check-in of a stranger or an empty list, then the problem is that of HTTP', async () => {
      problems.length = 0;
      await send(`\n  ${JSON.stringify(batch(20), null, 2)}\n`);
      await send(JSON.stringify(checkIn('m5', { patientId: 'nobody' })), 'check-ins');
      await send('[]', 'check-ins');
      await eventually(async () => (await stored(20)).length === 1 && problems.length === 2);
      expect(problems.map(({ problem: { code } }) => code).sort()).toEqual(['invalid', 'not-found']);
    });

    test('given a service that is down, when a device goes on, then all of it is taken when the service is back', async () => {
      await scene.restart(async () => {
        for (let n = 10; n < 30; n++) await send(cbor(n));
      });
      await eventually(async () => (await stored(29)).length === 1);
      for (let n = 10; n < 30; n++) expect(await stored(n)).toHaveLength(1);
    });

    test('given a broker that is killed and comes back, then the service takes from it again', async () => {
      await broker.down('SIGKILL');
      await broker.up();
      await eventually(async () => (await metric('coxa_mqtt_connected')) === 1);
      await eventually(async () => device.connected);
      await send(cbor(40));
      await eventually(async () => (await stored(40)).length === 1);
    });
  });

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 150; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come about within 15 s');
}
