import type { CheckInFact, Instant, KeptCheckIn, SessionReport, Side } from '../model/facts.js';

/**
 * A check-in in one whole number (a small one, which takes no memory of its own) and what it shares with others: where it hurt and what was done.
 * Bits: now 0-3, worst 4-7, during exercise 8-11, next morning 12-15, understanding 16-18, controllable 19-20, felt 21-22, improving 23-24,
 * side 25-26, session 27-28, kept whole 29.
 */
export type Packed = number;

/** What many check-ins have in common, kept once for all of them. */
export interface Shared {
  readonly site?: string;
  readonly session?: SessionReport;
}

/** Kept whole is what is rare: a flag, whose order of receipt matters, and a value that the bits cannot hold. */
export type Rest = Shared | CheckInFact | undefined;

const notSaid = 15;
const noAnswer = 7;
const kindBit = 27;
const wholeBit = 1 << 29;
const sides: readonly (Side | undefined)[] = [undefined, 'left', 'right'];
const kinds = { strength: 1, practice: 2, stretch: 3 } as const;
export type SessionKind = SessionReport['kind'];
export const strength = kinds.strength;
export const practice = kinds.practice;
export const stretch = kinds.stretch;

/** The bits of a check-in. One that must be kept whole says so. */
export function pack(fact: CheckInFact): Packed {
  const { now, worst, duringExercise, nextMorning, understanding, flags } = fact;
  const whole =
    flags.length > 0 ||
    !fits(now, notSaid) ||
    !fits(worst, notSaid) ||
    !fits(duringExercise, notSaid) ||
    !fits(nextMorning, notSaid) ||
    !fits(understanding, noAnswer);
  const kind = fact.session === undefined ? 0 : kinds[fact.session.kind];
  if (whole) return wholeBit | (kind << kindBit);
  return (
    now |
    ((worst ?? notSaid) << 4) |
    ((duringExercise ?? notSaid) << 8) |
    ((nextMorning ?? notSaid) << 12) |
    ((understanding ?? noAnswer) << 16) |
    (answer(fact.controllable) << 19) |
    (answer(fact.feltTarget) << 21) |
    (answer(fact.improving) << 23) |
    ((fact.side === undefined ? 0 : fact.side === 'left' ? 1 : 2) << 25) |
    (kind << kindBit)
  );
}

const fits = (value: number | undefined, above: number): boolean =>
  value === undefined || (value >>> 0 === value && value < above);
const answer = (given: boolean | undefined): number => (given === undefined ? 0 : given ? 2 : 1);
const answered = (bits: number): boolean | undefined => (bits === 0 ? undefined : bits === 2);
const said = (bits: number): number | undefined => (bits === notSaid ? undefined : bits);

export const isWhole = (packed: Packed): boolean => (packed & wholeBit) !== 0;
/** 0 without a session, else `strength`, `practice` or `stretch`. */
export const kindOf = (packed: Packed): number => (packed >> kindBit) & 3;

export const nowOf = (packed: Packed, rest: Rest): number =>
  isWhole(packed) ? (rest as CheckInFact).now : packed & 15;
export const duringOf = (packed: Packed, rest: Rest): number | undefined =>
  isWhole(packed) ? (rest as CheckInFact).duringExercise : said((packed >> 8) & 15);
export const morningOf = (packed: Packed, rest: Rest): number | undefined =>
  isWhole(packed) ? (rest as CheckInFact).nextMorning : said((packed >> 12) & 15);
export const worstOf = (packed: Packed, rest: Rest): number | undefined =>
  isWhole(packed) ? (rest as CheckInFact).worst : said((packed >> 4) & 15);
export const understandingOf = (packed: Packed, rest: Rest): number | undefined => {
  if (isWhole(packed)) return (rest as CheckInFact).understanding;
  const given = (packed >> 16) & 7;
  return given === noAnswer ? undefined : given;
};
export const controllableOf = (packed: Packed, rest: Rest): boolean | undefined =>
  isWhole(packed) ? (rest as CheckInFact).controllable : answered((packed >> 19) & 3);
export const feltOf = (packed: Packed, rest: Rest): boolean | undefined =>
  isWhole(packed) ? (rest as CheckInFact).feltTarget : answered((packed >> 21) & 3);

/** Highest pain of a check-in (D1). */
export function peakOf(packed: Packed, rest: Rest): number {
  const now = nowOf(packed, rest);
  const worst = worstOf(packed, rest) ?? 0;
  const during = duringOf(packed, rest) ?? 0;
  const morning = morningOf(packed, rest) ?? 0;
  const told = now > worst ? now : worst;
  const felt = during > morning ? during : morning;
  return told > felt ? told : felt;
}

/** The check-in again, as it was told. */
export function unpack(
  id: string,
  at: Instant,
  packed: Packed,
  rest: Rest,
  closedBefore: Instant,
): KeptCheckIn {
  if (isWhole(packed)) return rest as CheckInFact;
  const shared = rest as Shared | undefined;
  const worst = worstOf(packed, rest);
  const duringExercise = duringOf(packed, rest);
  const nextMorning = morningOf(packed, rest);
  const understanding = understandingOf(packed, rest);
  const controllable = controllableOf(packed, rest);
  const feltTarget = feltOf(packed, rest);
  const improving = answered((packed >> 23) & 3);
  const side = sides[(packed >> 25) & 3];
  return {
    id,
    at,
    now: packed & 15,
    ...(worst === undefined ? {} : { worst }),
    ...(duringExercise === undefined ? {} : { duringExercise }),
    ...(nextMorning === undefined ? {} : { nextMorning }),
    ...(shared?.site === undefined ? {} : { site: shared.site }),
    ...(side === undefined ? {} : { side }),
    ...(controllable === undefined ? {} : { controllable }),
    ...(feltTarget === undefined ? {} : { feltTarget }),
    ...(understanding === undefined ? {} : { understanding }),
    ...(improving === undefined ? {} : { improving }),
    ...(shared?.session === undefined ? {} : { session: shared.session }),
    flags: noFlags,
    closedBefore,
  };
}

const noFlags: readonly string[] = [];
