export type FoundKafka =
  | { readonly by: 'address'; readonly brokers: string[] }
  | { readonly by: 'java' }
  | { readonly by: 'none'; readonly why: string };

export function findKafka(env?: Readonly<Record<string, string | undefined>>): FoundKafka;
