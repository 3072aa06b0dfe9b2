export type Confidence = 'high' | 'medium' | 'low';

/** One number of the rules: what it is, in what unit, where it comes from, how sure that is, and between what a clinician may set it. */
export interface ParameterDefinition {
  readonly value: number;
  /** `NRS` points, `kg`, `deg`, `h`, `d`, `min`, `s`, `1` for a share, `count` for a whole number of things, `year`, `points` of a questionnaire. */
  readonly unit: string;
  /** Least and most, both included. Where a looser value could hurt, the range ends at the default. */
  readonly range: readonly [number, number];
  readonly source: string;
  readonly confidence: Confidence;
}

/** Units in which only whole numbers make sense. */
export const wholeUnits: ReadonlySet<string> = new Set(['count', 'year']);

/** Definitions that share source and confidence. */
export function definitions<Name extends string>(
  source: string,
  confidence: Confidence,
  values: Readonly<Record<Name, readonly [value: number, unit: string, least: number, most: number]>>,
): Readonly<Record<Name, ParameterDefinition>> {
  const entries = Object.entries<readonly [number, string, number, number]>(values).map(
    ([name, [value, unit, least, most]]): [string, ParameterDefinition] => [
      name,
      { value, unit, range: [least, most], source, confidence },
    ],
  );
  return Object.fromEntries(entries) as Record<Name, ParameterDefinition>;
}
