/**
 * Says of most ids that they are not in a list, without looking at the list: two bits an id, found by its last characters. It may say that one is
 * there that is not; it never says that one is missing that is there.
 */
export type IdMarks = number[];

const bitsEach = 8;
const least = 4;

export const noMarks = (): IdMarks => new Array<number>(least).fill(0);

export function mayHave(marks: IdMarks, id: string): boolean {
  const first = hashOf(id);
  return isSet(marks, first) && isSet(marks, second(first));
}

/** Marks an id. */
export function mark(marks: IdMarks, id: string): void {
  const first = hashOf(id);
  set(marks, first);
  set(marks, second(first));
}

/** Whether so many ids are too many for these marks: then most would seem to be there. */
export const isFull = (marks: IdMarks, ids: number): boolean => ids * bitsEach > marks.length * 32;

/** Marks with twice the room for the first `count` ids of a list. */
export function marksOf(ids: readonly string[], count: number, words: number): IdMarks {
  const marks = new Array<number>(words).fill(0);
  for (let place = 0; place < count; place++) mark(marks, ids[place]!);
  return marks;
}

// The number of words is a power of two.
const isSet = (marks: IdMarks, bit: number): boolean =>
  ((marks[(bit >>> 5) & (marks.length - 1)]! >>> (bit & 31)) & 1) === 1;

function set(marks: IdMarks, bit: number): void {
  const word = (bit >>> 5) & (marks.length - 1);
  marks[word] = marks[word]! | (1 << (bit & 31));
}

const second = (first: number): number => Math.imul(first, 0x9e37_79b1) >>> 7;

function hashOf(id: string): number {
  let hash = id.length;
  for (let place = Math.max(0, id.length - 8); place < id.length; place++)
    hash = Math.imul(hash, 31) + id.charCodeAt(place);
  return Math.imul(hash ^ (hash >>> 15), 0x85eb_ca6b) >>> 3;
}
