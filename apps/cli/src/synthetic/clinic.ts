import type { CheckInBody } from './check-in-body.js';

/** How a made-up person lives with their hip: numbers that the history generator turns into check-ins and recordings. */
export interface Story {
  readonly id: string;
  readonly name: string;
  readonly what: string;
  readonly side: 'left' | 'right';
  readonly birthYear: number;
  readonly zone: string;
  readonly site: NonNullable<CheckInBody['pain']['site']>;
  /** Pain at the start and after eight weeks. */
  readonly pain: readonly [from: number, to: number];
  /** Internal rotation at the start and after eight weeks, degrees. */
  readonly rotationDeg: readonly [from: number, to: number];
  readonly startLoadKg: number;
  /** Share of days with a check-in. */
  readonly adherence: number;
  /** Something out of the ordinary, by day. */
  readonly on?: Readonly<Record<number, Partial<CheckInBody> & { readonly note?: string }>>;
  /** The last day on which they felt the exercise where they should. */
  readonly unsureAfter?: number;
  /** The last day with any check-in. */
  readonly silentAfter?: number;
}

/** Six people, eight weeks: what a clinic sees in a month, told by the rules that they meet. */
export const clinic: readonly Story[] = [
  {
    id: 'demo-ana',
    name: 'Ana',
    what: 'improves steadily',
    side: 'left',
    birthYear: 1988,
    zone: 'Europe/Berlin',
    site: 'groin',
    pain: [3, 1],
    rotationDeg: [18, 29],
    startLoadKg: 10,
    adherence: 0.95,
  },
  {
    id: 'demo-ben',
    name: 'Ben',
    what: 'pushes too hard in week five',
    side: 'right',
    birthYear: 1979,
    zone: 'Europe/Berlin',
    site: 'front',
    pain: [3, 2],
    rotationDeg: [15, 19],
    startLoadKg: 20,
    adherence: 0.9,
    on: { 29: { pain: { now: 5, duringExercise: 7, site: 'front', side: 'right' } } },
  },
  {
    id: 'demo-cleo',
    name: 'Cleo',
    what: 'stops logging after five weeks',
    side: 'left',
    birthYear: 1995,
    zone: 'Europe/Lisbon',
    site: 'side',
    pain: [2, 2],
    rotationDeg: [22, 25],
    startLoadKg: 0,
    adherence: 0.9,
    silentAfter: 36,
  },
  {
    id: 'demo-dov',
    name: 'Dov',
    what: 'has a flare today',
    side: 'right',
    birthYear: 1966,
    zone: 'Asia/Jerusalem',
    site: 'groin',
    pain: [2, 2],
    rotationDeg: [14, 16],
    startLoadKg: 5,
    adherence: 0.95,
    on: { 55: { pain: { now: 8, site: 'groin', side: 'right' } } },
  },
  {
    id: 'demo-eva',
    name: 'Eva',
    what: 'reports a red flag today',
    side: 'left',
    birthYear: 1972,
    zone: 'Europe/Berlin',
    site: 'lower-back',
    pain: [3, 3],
    rotationDeg: [20, 21],
    startLoadKg: 7.5,
    adherence: 0.9,
    on: {
      55: {
        pain: { now: 6, site: 'lower-back', side: 'left' },
        flags: ['bladder-bowel'],
        note: 'numb when I sit, and trouble holding water since this morning',
      },
    },
  },
  {
    id: 'demo-finn',
    name: 'Finn',
    what: 'cannot feel the exercise',
    side: 'right',
    birthYear: 2004,
    zone: 'Europe/Dublin',
    site: 'front',
    pain: [3, 2],
    rotationDeg: [24, 27],
    startLoadKg: 0,
    adherence: 0.85,
    unsureAfter: 35,
  },
];
