import type { Duplex } from 'node:stream';
import { encodeCbor, MalformedError } from '@coxa/contracts';
import { closeCodes, type OpenStream, type Principal, problemOf, webSocketFrames } from '@coxa/platform';
import { Logger } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { AckForm } from './ack-form.js';
import { nameIn } from './batch-name.js';
import type { ReadingsGate } from './readings-gate.js';

/** Messages that a client may have under way at first. */
const firstCredit = 16;
/** With so many under way nothing more is read from the connection until half of them are done. */
const mostInFlight = 64;
/** A client that does not read its answers is not read from either. */
const mostUnsentBytes = 1024 * 1024;
/** A device that goes on though it was told to slow down is not read from for so long: its noise must not cost others. */
const slowedMs = 100;

/**
 * One device's stream: a CBOR batch a message, several under way, each acknowledged once it is durable or refused with a problem.
 *
 * A message costs a credit and its answer gives it back. A `credit` message tells so as well, so that a client may count either.
 */
export class ReadingsStream {
  private readonly logger = new Logger('readings stream');
  private allowed = 0;
  private received = 0;
  private inFlight = 0;
  private owed = 0;
  /** To be said at the end of this turn of the event loop. */
  private unsaid: Uint8Array[] = [];
  private ackForm = new AckForm('', '');
  private slowed = false;
  /** Waits for the client to read its answers. */
  private draining = false;

  private constructor(
    private readonly socket: WebSocket,
    private readonly wire: Duplex,
    private readonly principal: Principal,
    private readonly gate: ReadingsGate,
  ) {}

  static open({ socket, wire }: OpenStream, principal: Principal, gate: ReadingsGate): void {
    const stream = new ReadingsStream(socket, wire, principal, gate);
    socket.on('message', (data: Buffer, isBinary: boolean) => stream.receive(data, isBinary));
    stream.grant(firstCredit);
  }

  private receive(data: Buffer, isBinary: boolean): void {
    // What is still in the pipe after a close is nobody's any more.
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (!isBinary) return this.close(closeCodes.unsupported, 'messages are binary CBOR');
    if (++this.received > this.allowed) return this.close(closeCodes.refused, 'more messages than credit');
    this.inFlight++;
    if (this.inFlight >= mostInFlight) this.socket.pause();
    void this.handle(data);
  }

  private async handle(bytes: Buffer): Promise<void> {
    try {
      this.gate.admit(this.principal);
      const batch = this.gate.read(this.principal, bytes, true);
      const { duplicate } = await this.gate.take(this.principal, batch);
      const { deviceId, sessionId, sequence } = batch;
      if (this.ackForm.sessionId !== sessionId || this.ackForm.deviceId !== deviceId)
        this.ackForm = new AckForm(deviceId, sessionId);
      this.say(this.ackForm.of(sequence, duplicate));
    } catch (error) {
      if (error instanceof MalformedError)
        return this.close(closeCodes.malformed, error.message.slice(0, 100));
      const { problem } = problemOf(error);
      if (problem.code === 'internal') this.logger.error(error);
      this.say(encodeCbor({ t: 'nack', ...nameIn(bytes, true), problem }));
      if (problem.code === 'too-many-requests') this.slow();
    } finally {
      this.settled();
    }
  }

  private slow(): void {
    if (this.slowed) return;
    this.slowed = true;
    this.socket.pause();
    setTimeout(() => {
      this.slowed = false;
      this.resumeWhenFit();
    }, slowedMs).unref();
  }

  private settled(): void {
    this.inFlight--;
    this.allowed++;
    this.owed++;
    this.resumeWhenFit();
  }

  private grant(n: number): void {
    this.allowed += n;
    this.say(encodeCbor({ t: 'credit', n }));
  }

  private close(code: number, reason: string): void {
    this.flush();
    this.socket.close(code, reason);
  }

  /** What is said in one turn of the event loop goes out in one piece: a commit acknowledges many messages at once. */
  private say(message: Uint8Array): void {
    if (this.unsaid.push(message) === 1) setImmediate(() => this.release());
  }

  /** Past the library, which would make two writes of each message. Without compression it keeps none back, so their order stays. */
  private flush(): void {
    const messages = this.unsaid;
    this.unsaid = [];
    if (messages.length > 0 && this.socket.readyState === this.socket.OPEN)
      this.wire.write(webSocketFrames(messages));
  }

  private release(): void {
    const { owed } = this;
    this.owed = 0;
    if (owed > 0) {
      this.allowed += owed;
      this.unsaid.push(encodeCbor({ t: 'credit', n: owed }));
    }
    this.flush();
    if (!this.unread()) return;
    this.socket.pause();
    if (this.draining) return;
    this.draining = true;
    this.wire.once('drain', () => {
      this.draining = false;
      this.resumeWhenFit();
    });
  }

  private resumeWhenFit(): void {
    const fit = !this.slowed && this.inFlight <= mostInFlight / 2 && !this.unread();
    if (this.socket.isPaused && fit) this.socket.resume();
  }

  private unread(): boolean {
    return this.socket.bufferedAmount > mostUnsentBytes;
  }
}
