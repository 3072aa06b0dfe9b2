export type FoundRedis =
  | { readonly by: 'address'; readonly url: string }
  | { readonly by: 'docker' }
  | { readonly by: 'program' }
  | { readonly by: 'none'; readonly why: string };

export function redisProgramThere(): boolean;
export function findRedis(env?: Readonly<Record<string, string | undefined>>): Promise<FoundRedis>;
