/** Hours that zone names add to UTC; only those that mean one thing everywhere such files come from. */
const zones: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
};

/** Epoch ms of a start as device files write it (`2021-08-20_20:21:13_829 GMT+8`, RFC 3339); undefined when it does not say which instant it means. */
export function fileStart(text: string | undefined): number | undefined {
  const found =
    /^(\d{4})-(\d\d)-(\d\d)[_T ](\d\d):(\d\d):(\d\d)(?:[._](\d{1,3})\d*)?\s*(?:(Z|[A-Z]{2,4})?\s*([+-]\d{1,2})?(?::?(\d\d))?)$/.exec(
      (text ?? '').trim(),
    );
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zone = found[8] === undefined ? undefined : zones[found[8]];
  if (found[8] !== undefined ? zone === undefined : found[9] === undefined) return undefined;
  const shift = Number(found[9] ?? 0);
  const minutes = Math.sign(shift || 1) * Number(found[10] ?? 0);
  const ms = Number((found[7] ?? '0').padEnd(3, '0'));
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, ms);
  const sound = new Date(utc).getUTCMonth() === month - 1 && hour < 24 && minute < 60 && second < 60;
  return sound ? utc - (((zone ?? 0) + shift) * 60 + minutes) * 60_000 : undefined;
}

/** RFC 3339 of a clock that counts seconds since 1970, when that is what its first value looks like. */
export function epochStart(seconds: number | undefined): string | undefined {
  return seconds !== undefined && seconds > 1e9 && seconds < 4e9
    ? new Date(seconds * 1000).toISOString()
    : undefined;
}
