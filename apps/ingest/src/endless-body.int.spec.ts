import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { firstAnswer, openRaw } from '../../../libs/platform/test/raw-client.js';
import { anasSensor, batch, Scene } from '../test/scene.js';

const MiB = 1024 * 1024;
let scene: Scene;
let ana: Record<string, string>;

beforeAll(async () => {
  scene = await Scene.start();
  ana = await scene.device(anasSensor);
});

afterAll(() => scene.end());

describe('a body that was refused and goes on without end', () => {
  test.each([
    ['without a token', '/v1/readings', () => 'Bearer none', 401],
    ['that is too long', '/v1/readings', () => ana['authorization'], 413],
    ['that is too long, of a recording', '/v1/recordings', () => ana['authorization'], 413],
  ])(
    'regression: given one %s, then the client is told why and cut off',
    async (_what, path, who, status) => {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${who()}\r\ncontent-type: application/json\r\ncontent-length: ${2 ** 40}\r\n\r\n`;
      const socket = await openRaw(Number(new URL(scene.address).port), head);
      const closed = new Promise((resolve) => socket.on('close', resolve));
      expect((await firstAnswer(socket)).status).toBe(status);
      const block = Buffer.alloc(MiB, 0x20);
      const pump = () => {
        while (!socket.destroyed && socket.write(block));
      };
      socket.on('drain', pump).resume();
      pump();
      await closed;
      expect(socket.bytesWritten).toBeLessThan(256 * MiB);
    },
  );

  test('given one that is a little too long, then the connection goes on', async () => {
    const socket = await openRaw(
      Number(new URL(scene.address).port),
      `POST /v1/readings HTTP/1.1\r\nhost: x\r\nauthorization: ${ana['authorization']}\r\ncontent-type: application/json\r\ncontent-length: ${5 * MiB}\r\n\r\n`,
    );
    expect((await firstAnswer(socket)).status).toBe(413);
    const next = JSON.stringify(batch(0));
    socket.write(Buffer.alloc(5 * MiB, 0x20));
    socket.write(
      `POST /v1/readings HTTP/1.1\r\nhost: x\r\nauthorization: ${ana['authorization']}\r\ncontent-type: application/json\r\ncontent-length: ${next.length}\r\n\r\n${next}`,
    );
    expect((await firstAnswer(socket)).status).toBe(202);
    socket.destroy();
  });
});
