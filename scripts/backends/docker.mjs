// Whether testcontainers finds a Docker daemon. Asked only where there may be one: the search itself takes seconds.
import { existsSync } from 'node:fs';

let there;

export function dockerThere() {
  return (there ??= look());
}

async function look() {
  if (!process.env.DOCKER_HOST && !existsSync('/var/run/docker.sock')) return false;
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}
