export type FoundKafka =
  | { readonly by: 'address'; readonly brokers: string[] }
  | { readonly by: 'docker' }
  | { readonly by: 'java' }
  | { readonly by: 'none'; readonly why: string };

export const kafkaImage: string;
export function kafkaProgramsThere(): boolean;
export function findKafka(env?: Readonly<Record<string, string | undefined>>): Promise<FoundKafka>;
