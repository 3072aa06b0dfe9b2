import { type Finding, ok, warning } from './finding.js';

/** Below it nothing that is decided would come out differently. */
const allowedMs = 2_000;
const advice = 'let both machines keep their time by NTP';

/** What was taken a moment ago cannot lie in the future: by so much at least the other clock is ahead. That it is behind cannot be seen. */
export function clockFindings(what: string, where: string, newestAt: number | undefined): Finding[] {
  if (newestAt === undefined) return [];
  const ahead = newestAt - Date.now();
  return ahead > allowedMs
    ? [warning(what, where, `lies ${(ahead / 1_000).toFixed(1)} s in the future of this machine`, advice)]
    : [ok(what, where, 'lies in the past, as it must')];
}

/** A clock that was asked, with the doubt of the way there and back. */
export function skewFindings(what: string, where: string, aheadMs: number, doubtMs: number): Finding[] {
  const says = `its clock is ${(Math.abs(aheadMs) / 1_000).toFixed(2)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine's`;
  return [
    Math.abs(aheadMs) - doubtMs > allowedMs ? warning(what, where, says, advice) : ok(what, where, says),
  ];
}
