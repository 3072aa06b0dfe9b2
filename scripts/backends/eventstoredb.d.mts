export type FoundEventStore =
  { readonly by: 'address'; readonly url: string } | { readonly by: 'docker' } | { readonly by: 'STAND-IN' };

export function findEventStore(env?: Readonly<Record<string, string | undefined>>): Promise<FoundEventStore>;
