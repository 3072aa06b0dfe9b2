import { ProblemException } from '../http/problem-exception.js';

/** Header by which a clinician opens, in an emergency, what is not in their care: `coxa-break-glass: <reason>`. */
export const breakGlassHeader = 'coxa-break-glass';

const maxReason = 500;

/** The reason given; undefined when the glass is whole. @throws ProblemException `malformed` for an empty or endless reason */
export function breakGlassReason(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  // Header bytes arrive as Latin-1; a reason in another script was sent as UTF-8.
  const reason = Buffer.from([header].flat().join(' '), 'latin1').toString('utf8').trim();
  if (reason.length === 0 || reason.length > maxReason)
    throw new ProblemException('malformed', {
      detail: `${breakGlassHeader} needs a reason of 1 to ${maxReason} characters.`,
    });
  return reason;
}
