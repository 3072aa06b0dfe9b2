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
const sites = new Map<string, Shared>();
const reports = new Map<string, Shared>();
const texts = new Map<string, string>();
const allSeries = new Map<string, Series>();
const nothing: readonly string[] = [];

/** The one object for a site and a session; undefined when neither was told. */
export function sharedOf(site: string | undefined, session: SessionReport | undefined): Shared | undefined {
  if (session) return reportOf(site, session);
  if (site === undefined) return undefined;
  const known = sites.get(site);
  return known ?? remember(sites, site, { site });
}

function reportOf(site: string | undefined, session: SessionReport): Shared {
  const { kind, exercise, mode, sets, holdSeconds } = session;
  let key = `${kind},${exercise},${mode},${holdSeconds},${site}`;
  if (sets) for (const { reps, loadKg } of sets) key += `,${reps}x${loadKg}`;
  const known = reports.get(key);
  // Words are free: those that look like others' are not taken for them.
  if (known && known.site === site && isSame(known.session!, session)) return known;
  return remember(reports, key, { ...(site === undefined ? {} : { site }), session: copyOf(session) });
}

const isSame = (a: SessionReport, b: SessionReport): boolean =>
  a.kind === b.kind &&
  a.exercise === b.exercise &&
  a.mode === b.mode &&
  a.holdSeconds === b.holdSeconds &&
  a.sets?.length === b.sets?.length;

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
  const { removed, base, setByClinician, until, gapSince } = fact;
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
  if (gapSince !== undefined) kept.gapSince = gapSince;
  return kept;
}

/** A reading with the series that others of its person have too. */
export function withSharedSeries(fact: ReadingFact): ReadingFact {
  const { side, position, motion, instrument, measuredBy } = fact.series;
  const key = `${side},${position},${motion},${instrument},${measuredBy}`;
  const known = allSeries.get(key);
  const same = known && known.instrument === instrument && known.measuredBy === measuredBy;
  const series = same ? known : remember(allSeries, key, { side, position, motion, instrument, measuredBy });
  return { ...fact, series, reasons: fact.reasons.length === 0 ? nothing : fact.reasons };
}

function remember<Value>(table: Map<string, Value>, key: string, value: Value): Value {
  if (table.size >= most) table.clear();
  table.set(key, value);
  return value;
}
