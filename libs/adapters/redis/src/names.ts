/** Where one view lies: its values, its keys in order, and where it stands. */
export interface ViewKeys {
  readonly values: string;
  readonly order: string;
  readonly positions: string;
}

/**
 * All keys of a view, and of what is built to take its place (`name~rebuild`, another version of `name.v1`), carry the same hash tag: in a
 * Redis Cluster they lie on one node, so that one script may touch them all.
 */
export function keysOf(prefix: string, view: string): ViewKeys {
  const tag = view.replace(/(\.v\d+)?(~.*)?$/, '');
  const base = `${prefix}:{${prefix}.${tag}}:${view}`;
  return { values: `${base}:values`, order: `${base}:order`, positions: `${base}:positions` };
}
