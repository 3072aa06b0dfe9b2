import { running } from './running.js';

export default async function teardown(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.stop()));
}
