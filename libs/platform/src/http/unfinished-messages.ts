import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { maxBodyBytes } from './body.js';

/** What messages that are not all there yet may take up together, as bodies may. */
const roomBytes = 16 * maxBodyBytes;
/** A message must be whole within this, as a body must. */
const longestMs = 60_000;
const lookEveryMs = 100;
/** How long a client may take to read why its stream was closed. */
const lingerMs = 250;
/** Head and mask of a client's control frame; its payload comes to it. */
const controlFrameBytes = 6;

/** RFC 6455, section 7.4.1 and the registry of close codes: policy, and "try again later". */
const closeCodes = { tooSlow: 1008, tooMuch: 1013 } as const;

interface Stream {
  readonly socket: WebSocket;
  readonly wire: Socket;
  /** Who sends. */
  readonly sender: string;
  /** Bytes that had been read when the last message was whole, and those of control frames since. */
  readThen: number;
  controls: number;
  /** When a message was first seen to be unfinished. */
  since: number | undefined;
}

/**
 * Bounds what clients of streams may send of messages without ending them: the library keeps up to 4 MiB for each stream, for as long as it is open. Beyond the
 * bound the streams of whoever has sent most of it are closed, so that nobody else is hurt.
 */
export class UnfinishedMessages {
  private readonly streams = new Map<WebSocket, Stream>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly limits = { roomBytes, longestMs },
    private readonly now = () => performance.now(),
  ) {}

  watch(socket: WebSocket, wire: Socket, sender: string): void {
    const { bytesRead: readThen } = wire;
    const stream: Stream = { socket, wire, sender, readThen, controls: 0, since: undefined };
    const control = (payload: Buffer) => (stream.controls += controlFrameBytes + payload.length);
    socket.on('message', () => {
      stream.readThen = wire.bytesRead;
      stream.controls = 0;
      stream.since = undefined;
    });
    socket.on('ping', control);
    socket.on('pong', control);
    socket.on('close', () => this.streams.delete(socket));
    this.streams.set(socket, stream);
    this.timer ??= setInterval(() => this.look(), lookEveryMs).unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  private end(stream: Stream, code: number, why: string): void {
    this.streams.delete(stream.socket);
    sayAndEnd(stream, code, why);
  }

  private look(): void {
    const now = this.now();
    let all = 0;
    const bySender = new Map<string, number>();
    for (const stream of this.streams.values()) {
      const bytes = unfinishedOf(stream, now);
      all += bytes;
      if (bytes > 0) bySender.set(stream.sender, (bySender.get(stream.sender) ?? 0) + bytes);
      if (stream.since !== undefined && now - stream.since > this.limits.longestMs)
        this.end(
          stream,
          closeCodes.tooSlow,
          `a message must be whole within ${this.limits.longestMs / 1000} s`,
        );
    }
    for (const [sender, bytes] of [...bySender].sort(([, a], [, b]) => b - a)) {
      if (all <= this.limits.roomBytes) return;
      all -= bytes;
      for (const stream of this.streams.values())
        if (stream.sender === sender && stream.since !== undefined)
          this.end(
            stream,
            closeCodes.tooMuch,
            'too much is being sent at once; send what was not acknowledged again',
          );
    }
  }
}

/** Bytes that came since the last whole message, less by what came in one piece with its end (64 KiB at most). */
function unfinishedOf(stream: Stream, now: number): number {
  const bytes = Math.max(0, stream.wire.bytesRead - stream.readThen - stream.controls);
  if (bytes === 0) stream.since = undefined;
  // While it is not read from, it is not the client who is slow.
  else if (stream.since === undefined || stream.socket.isPaused) stream.since = now;
  return bytes;
}

/** Says why, hears nothing more, and lets go: a client in the middle of a message would go on. */
function sayAndEnd({ socket }: Stream, code: number, why: string): void {
  socket.close(code, why);
  socket.pause();
  setTimeout(() => socket.terminate(), lingerMs).unref();
}
