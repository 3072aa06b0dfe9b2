import type {
  PhaseEntry,
  ReadingFact,
  Series,
  SessionReport,
  SetReport,
  TargetVersion,
} from '../model/facts.js';
import type { Draft } from '../model/draft.js';
import type { Shared } from './packed-check-in.js';

/**
 * What many people tell alike is kept once: a place, an exercise, the sets that were asked for. A table that is full begins anew; what stands in
 * it stays with those who have it.
 */
const most = 10_000;
/** As many may happen to have one number; what comes after them is kept for itself. */
const alike = 4;
const sites = new Map<string, Shared>();
/** By a number that is the same for the same; what others have it too lies beside it. */
const reports = new Map<number, Shared[]>();
const texts = new Map<string, string>();
const allSeries = new Map<number, Series[]>();
const nothing: readonly string[] = [];

/** The one object for a site and a session; undefined when neither was told. */
export function sharedOf(site: string | undefined, session: SessionReport | undefined): Shared | undefined {
  if (session) return reportOf(site, session);
  if (site === undefined) return undefined;
  const known = sites.get(site);
  return known ?? remember(sites, site, { site });
}

function reportOf(site: string | undefined, session: SessionReport): Shared {
  const number = numberOf(site, session);
  const known = reports.get(number);
  if (known) for (const each of known) if (each.site === site && isSame(each.session!, session)) return each;
  const shared: Shared = { ...(site === undefined ? {} : { site }), session: copyOf(session) };
  if (!known) remember(reports, number, [shared]);
  else if (known.length < alike) known.push(shared);
  return shared;
}

/** The same for the same session at the same place. No text is built: this is asked for every check-in. */
function numberOf(
  site: string | undefined,
  { kind, exercise, mode, sets, holdSeconds }: SessionReport,
): number {
  let number = mixed(mixed(mixed(kind.length, exercise), site), mode);
  if (holdSeconds !== undefined) number = (Math.imul(number, 31) + holdSeconds) | 0;
  if (sets)
    for (const { reps, loadKg } of sets) number = (Math.imul(number, 31) + reps * 1_000 + loadKg * 8) | 0;
  return number;
}

const mixed = (number: number, text: string | undefined): number =>
  text === undefined
    ? number
    : (Math.imul(number, 31) + text.length * 256 + text.charCodeAt(text.length - 1)) | 0;

const isSame = (a: SessionReport, b: SessionReport): boolean =>
  a.kind === b.kind &&
  a.exercise === b.exercise &&
  a.mode === b.mode &&
  a.holdSeconds === b.holdSeconds &&
  (a.sets === b.sets || areSame(a.sets, b.sets));

function areSame(a: SessionReport['sets'], b: SessionReport['sets']): boolean {
  if (a?.length !== b?.length) return false;
  for (let place = 0; place < a!.length; place++)
    if (a![place]!.reps !== b![place]!.reps || a![place]!.loadKg !== b![place]!.loadKg) return false;
  return true;
}

/** Only what a session is known by: nothing else of one person may come to another. */
const copyOf = ({ kind, exercise, mode, sets, holdSeconds }: SessionReport): SessionReport => ({
  kind,
  ...(exercise === undefined ? {} : { exercise }),
  ...(mode === undefined ? {} : { mode }),
  ...(sets === undefined ? {} : { sets: sets.map(({ reps, loadKg }): SetReport => ({ reps, loadKg })) }),
  ...(holdSeconds === undefined ? {} : { holdSeconds }),
});

/** The one string for a sentence that many are told. */
const sharedText = (text: string): string => texts.get(text) ?? remember(texts, text, text);

/** A phase with the sentence that others have too. */
export const withSharedReason = (fact: PhaseEntry): PhaseEntry => ({
  ...fact,
  reason: sharedText(fact.reason),
});

/** A target with the sentence that others have too. */
export function targetToKeep(fact: TargetVersion): TargetVersion {
  const { exercise, sets, reps, loadKg, weekStart, shownFrom, decision, rule, inputs } = fact;
  const { removed, base, setByClinician, until, asked, gapSince } = fact;
  const reason = sharedText(fact.reason);
  const kept: Draft<TargetVersion> = {
    exercise,
    sets,
    reps,
    loadKg,
    weekStart,
    shownFrom,
    decision,
    rule,
    reason,
    inputs,
  };
  if (removed) kept.removed = removed;
  if (base) kept.base = base;
  if (setByClinician) kept.setByClinician = setByClinician;
  if (until !== undefined) kept.until = until;
  if (asked) kept.asked = asked;
  if (gapSince !== undefined) kept.gapSince = gapSince;
  return kept;
}

/** A reading with the series that others of its person have too. */
export function withSharedSeries(fact: ReadingFact): ReadingFact {
  const series = sharedSeries(fact.series);
  const reasons = fact.reasons.length === 0 ? nothing : fact.reasons;
  if (fact.goniometer) return { ...fact, series, reasons };
  const { id, at, value, uncertaintyDeg, valid, receivedAt, closedBefore } = fact;
  return { id, at, series, value, uncertaintyDeg, valid, reasons, receivedAt, closedBefore };
}

function sharedSeries({ side, position, motion, instrument, measuredBy }: Series): Series {
  const number = mixed(mixed(mixed(mixed(motion.length, measuredBy), instrument), position), side);
  const known = allSeries.get(number);
  if (known)
    for (const each of known)
      if (
        each.measuredBy === measuredBy &&
        each.instrument === instrument &&
        each.position === position &&
        each.side === side &&
        each.motion === motion
      )
        return each;
  const series: Series = { side, position, motion, instrument, measuredBy };
  if (!known) remember(allSeries, number, [series]);
  else if (known.length < alike) known.push(series);
  return series;
}

function remember<Key, Value>(table: Map<Key, Value>, key: Key, value: Value): Value {
  if (table.size >= most) table.clear();
  table.set(key, value);
  return value;
}
