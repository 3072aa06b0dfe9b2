import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Hello } from './servers/say.js';

/** A server in a process of its own, on the first core, stopped but for when it is measured: what one does in the background must not take from another. */
export class Peer {
  private constructor(
    private readonly child: ChildProcess,
    readonly hello: Hello,
  ) {}

  static async start(name: string, ...args: string[]): Promise<Peer> {
    const script = fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url));
    const child = spawn('taskset', ['-c', '0', process.execPath, script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      const hello = /^ready (.*)\n/m.exec(text)?.[1];
      if (hello === undefined) continue;
      const peer = new Peer(child, JSON.parse(hello) as Hello);
      peer.halt();
      return peer;
    }
    throw new Error(`${name} did not start`);
  }

  /** Lets it run while `work` goes on. */
  async during<T>(work: (hello: Hello) => Promise<T>): Promise<T> {
    this.child.kill('SIGCONT');
    try {
      return await work(this.hello);
    } finally {
      this.halt();
    }
  }

  private halt(): void {
    this.child.kill('SIGSTOP');
  }

  residentMb(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
