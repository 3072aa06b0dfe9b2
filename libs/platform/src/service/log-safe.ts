import { MalformedError } from '@coxa/contracts';
import { EngineError } from '@coxa/eventing';

const maxCauses = 5;

/**
 * An error as the log may show it: name, code, place in the program, and its causes alike.
 * Messages only of errors that are ours and name no values; others quote what they choked on (`JSON.parse` does), and that may be clinical.
 */
export function logSafe(error: unknown): string {
  const lines: string[] = [];
  for (let each = error, depth = 0; each !== undefined && depth < maxCauses; depth++) {
    lines.push(`${depth === 0 ? '' : 'caused by '}${headline(each)}`);
    if (!(each instanceof Error)) break;
    lines.push(...(each.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)));
    each = each.cause;
  }
  return lines.join('\n');
}

function headline(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${typeof error}`;
  const { code } = error as { code?: unknown };
  const own = error instanceof EngineError || error instanceof MalformedError;
  return `${error.name}${typeof code === 'string' ? ` (${code})` : ''}${own ? `: ${error.message}` : ''}`;
}
