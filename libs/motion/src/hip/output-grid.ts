/** Rows of the answer. */
export interface OutputGrid {
  readonly periodS: number;
  readonly count: number;
}
