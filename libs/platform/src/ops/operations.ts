import type { LogMessage, Projector } from '@coxa/eventing';

/** Handles one message again; `error` is why it could not. */
export type HandleAgain = (message: LogMessage) => Promise<{ readonly error?: unknown }>;

/** What the one who runs the system may do in this process: each service tells of its own views and of the messages it handles. */
export class Operations {
  readonly projectors: Projector[] = [];
  private readonly handlers = new Map<string, HandleAgain>();

  views(projector: Projector): void {
    this.projectors.push(projector);
  }

  /** How messages of a topic are handled that a group of this service has parked. */
  parked(group: string, topic: string, handle: HandleAgain): void {
    this.handlers.set(`${group}/${topic}`, handle);
  }

  /** Whose views those of that name are; undefined when none of this service is called so. */
  projectorOf(name: string): Projector | undefined {
    return this.projectors.find(({ projections }) => projections.some((each) => each.name === name));
  }

  /** Undefined when another service handles what the group takes from the topic. */
  handlerOf(group: string, topic: string): HandleAgain | undefined {
    return this.handlers.get(`${group}/${topic}`);
  }
}
