import type { Client, LocalLook } from '../client.js';
import { printJson } from '../output.js';

interface Link {
  readonly week: string;
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
  readonly decision: string;
  readonly rule: string;
  readonly ruleText: string | null;
  readonly reason: string;
  readonly event: string | null;
  readonly from: string | null;
  readonly ruleset: string;
  readonly because: readonly { readonly at: string; readonly type: string; readonly says: string }[];
}

/** Prints why the target of an exercise is what it is, back to its start. */
export async function explain(
  client: Client,
  as: string | LocalLook,
  path: string,
  program: Readonly<Record<string, unknown>>,
  { why, week, asOf, json }: { why: string; week?: string; asOf?: string; json?: boolean },
): Promise<void> {
  const { isoWeek } = program['week'] as { isoWeek: string };
  const view = await client.call<{ exercise: string; week: string; chain: Link[] }>(
    as,
    'GET',
    `${path}/targets/${encodeURIComponent(week ?? isoWeek)}/${encodeURIComponent(why)}/why${asOf ? `?asOf=${encodeURIComponent(asOf)}` : ''}`,
  );
  if (json) return printJson(view);
  for (const link of view.chain) {
    const dose = `${link.sets} × ${link.reps}, ${link.loadKg} kg`;
    const state =
      link.event === null ? ' (provisional)' : link.event === 'target-tightened' ? ' (tightened)' : '';
    console.log(`${link.week}  ${dose}  ${link.decision}, ${link.rule}${state}, ruleset ${link.ruleset}`);
    console.log(`  ${link.reason}`);
    if (link.ruleText) console.log(`  ${link.rule}: ${link.ruleText}`);
    if (link.from) console.log(`  from week ${link.from}:`);
    for (const { at, type, says } of link.because) console.log(`    ${at}  ${type}: ${says}`);
  }
}
