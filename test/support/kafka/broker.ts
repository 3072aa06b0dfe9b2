import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const logging = fileURLToPath(new URL('log4j.properties', import.meta.url));

export interface BrokerPlan {
  readonly nodeId: number;
  readonly port: number;
  /** Where clients are told to find it. */
  readonly advertisedPort: number;
  readonly controllerPort: number;
  readonly folder: string;
  readonly classPath: string;
  readonly clusterId: string;
  /** `id@host:port` of every controller. */
  readonly voters: string;
  readonly nodes: number;
  /** Further properties; one that begins with `+` adds to what is there. */
  readonly settings: Readonly<Record<string, string>>;
  /** Further arguments when the storage is formatted: users that are there from the start. */
  readonly formatArgs: readonly string[];
}

/** One Kafka node (broker and controller) in a process and a folder of its own. */
export class Broker {
  private child: ChildProcess | undefined;

  constructor(private readonly plan: BrokerPlan) {}

  get address(): string {
    return `127.0.0.1:${this.plan.advertisedPort}`;
  }

  get nodeId(): number {
    return this.plan.nodeId;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  /** Prepares the folder; needed once. */
  async format(): Promise<void> {
    const { folder, clusterId, formatArgs } = this.plan;
    mkdirSync(folder, { recursive: true });
    writeFileSync(this.file('server.properties'), this.properties());
    const tool = this.java(
      ['kafka.tools.StorageTool', 'format', '-t', clusterId, ...formatArgs, '-c'],
      '128m',
    );
    const [code] = (await once(tool, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`Kafka's storage could not be formatted:\n${this.said()}`);
  }

  up(): void {
    const child = this.java(['kafka.Kafka'], '384m');
    this.child = child;
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
  }

  /** Ends the process at once (SIGKILL) or in order (SIGTERM). */
  async down(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
    this.child = undefined;
  }

  /** The process hangs: its sockets stay open, nothing answers. Resolves when it does; on a busy machine its threads go on for a moment. */
  async pause(): Promise<void> {
    const { child } = this;
    if (!child) return;
    child.kill('SIGSTOP');
    if (process.platform !== 'linux') return;
    while (!hangs(child.pid!)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** The last of what the process printed. */
  said(): string {
    return readFileSync(this.file('output.txt'), 'utf8').slice(-2_000);
  }

  private java(args: readonly string[], heap: string): ChildProcess {
    const output = openSync(this.file('output.txt'), 'a');
    const options = [
      `-Xmx${heap}`,
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      `-Dlog4j.configuration=file:${logging}`,
      '-cp',
      this.plan.classPath,
    ];
    const child = spawn('java', [...options, ...args, this.file('server.properties')], {
      cwd: this.plan.folder,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    return child;
  }

  private file(name: string): string {
    return join(this.plan.folder, name);
  }

  private properties(): string {
    const { nodeId, port, advertisedPort, controllerPort, voters, nodes, folder, settings } = this.plan;
    const copies = String(Math.min(3, nodes));
    const all: Record<string, string> = {
      'process.roles': 'broker,controller',
      'node.id': String(nodeId),
      'controller.quorum.voters': voters,
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${advertisedPort}`,
      'controller.listener.names': 'CONTROLLER',
      'inter.broker.listener.name': 'PLAINTEXT',
      'log.dirs': join(folder, 'data'),
      'offsets.topic.replication.factor': copies,
      'offsets.topic.num.partitions': '8',
      'transaction.state.log.replication.factor': copies,
      'transaction.state.log.min.isr': '1',
      'transaction.state.log.num.partitions': '4',
      'group.initial.rebalance.delay.ms': '0',
      'auto.create.topics.enable': 'false',
      // A killed leader is replaced within a few seconds.
      'broker.session.timeout.ms': '3000',
      'broker.heartbeat.interval.ms': '500',
      'controller.quorum.election.timeout.ms': '500',
      'controller.quorum.fetch.timeout.ms': '1000',
    };
    for (const [name, value] of Object.entries(settings))
      if (name.startsWith('+')) all[name.slice(1)] += value;
      else all[name] = value;
    return Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join('');
  }
}

/** Whether each of its threads is stopped (`man 5 proc`). */
function hangs(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(')').at(-1)!.startsWith(' T'),
    );
  } catch {
    // A thread that ended meanwhile: look again.
    return false;
  }
}
