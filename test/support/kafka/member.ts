import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MemberPlan } from './member-main.js';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

interface Line {
  readonly assigned?: readonly number[];
  readonly begun?: readonly string[];
  readonly handled?: readonly string[];
  readonly partition?: number;
}

/** A consumer in a process of its own, which can be killed or made to hang. */
export class Member {
  readonly lines: Line[] = [];
  private said = '';
  private readonly child: ChildProcess;

  constructor(plan: MemberPlan) {
    const loader = path('../../../libs/platform/test/swc-loader.mjs');
    const args = ['--conditions=coxa-source', '--import', loader, path('member-main.ts')];
    this.child = spawn(process.execPath, [...args, JSON.stringify(plan)], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) =>
      this.lines.push(JSON.parse(line) as Line),
    );
    this.child.stderr!.on('data', (chunk: Buffer) => (this.said += chunk.toString()));
  }

  get handled(): string[] {
    return this.lines.flatMap(({ handled }) => handled ?? []);
  }

  get errors(): string {
    return this.said;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, at once or in order; answers its exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGCONT');
    this.child.kill(signal);
    await ended;
    return this.child.exitCode;
  }
}
