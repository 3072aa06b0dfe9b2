import { findEventStore } from '../../../scripts/backends/eventstoredb.mjs';
import { EventStoreStandIn } from './stand-in.js';

export interface SomeEventStore {
  readonly url: string;
  stop(): Promise<void>;
}

const image = 'eventstore/eventstore:24.10';

/** The real event store that this machine offers, else the stand-in. */
export async function someEventStore(): Promise<SomeEventStore> {
  const found = await findEventStore();
  switch (found.by) {
    case 'address':
      return { url: found.url, stop: () => Promise.resolve() };
    case 'docker': {
      const { GenericContainer, Wait } = await import('testcontainers');
      const container = await new GenericContainer(image)
        .withCommand(['--insecure', '--mem-db'])
        .withExposedPorts(2113)
        .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
        .start();
      const url = `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`;
      return { url, stop: async () => void (await container.stop()) };
    }
    case 'STAND-IN':
      return EventStoreStandIn.start();
    default:
      return found satisfies never;
  }
}
