/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  /** Which setting, folder or server. */
  readonly where: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly says: string;
  /** What to do about it; only where something is to be done. */
  readonly advice?: string;
}

export const ok = (what: string, where: string, says: string): Finding => ({
  what,
  where,
  state: 'ok',
  says,
});

export const warning = (what: string, where: string, says: string, advice: string): Finding => ({
  what,
  where,
  state: 'warning',
  says,
  advice,
});

export const fault = (what: string, where: string, says: string, advice: string): Finding => ({
  what,
  where,
  state: 'fault',
  says,
  advice,
});

/** Failures of ours say what is wrong, and after it, parted by `; ` or by the last `: `, what to do. */
export function faultFrom(what: string, where: string, error: unknown): Finding {
  const words = error instanceof Error ? error.message : String(error);
  const [, says, advice] = /^(.*?); (.*)$/s.exec(words) ?? /^(.*): (.*?)$/s.exec(words) ?? [];
  return fault(what, where, says ?? words, advice ?? 'see docs/how-to/operate.md');
}
