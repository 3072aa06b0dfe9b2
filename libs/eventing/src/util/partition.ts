/** FNV-1a, 32 bit (Fowler, Noll, Vo), of the key's UTF-8 bytes: spreads keys over partitions, the same on every machine. */
export function partitionOf(key: string, partitions: number): number {
  if (partitions === 1) return 0;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % partitions;
}
