import type { Redis } from 'ioredis';

/**
 * Commands of one turn of the event loop go out in one write: each write of its own is a system call here, and wakes the server there. Each
 * command is answered, and fails, by itself as before.
 */
export function sendTogether(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    // None before the first connection.
    const socket = redis.stream as typeof redis.stream | undefined;
    if (socket?.writableCorked === 0) {
      socket.cork();
      setImmediate(() => socket.uncork());
    }
    return send(command, stream);
  };
}
