/** Rows in a row that a spike may last. */
const longest = 2;
/** Rows on either side that tell how fast the rate really changes. */
const around = 4;
/** A spike strays at least this far from the line through its neighbours, rad/s: less is lost in the noise of what it turns. */
const least = 0.3;
/** Noise that neighbours may share by chance, rad/s. */
const noise = 0.1;
/** No body strays so many times further than the largest step around it: foot strikes, taps and landings reach 5.6 at 41 rows/s, 3.3 at 95. */
const impossible = 6.5;
/** Where the force keeps still, this is enough: whoever hits a leg hits its accelerometer too. */
const doubtful = 3;
/** Steps of one more spike nearby, which must not hide this one: two. */
const stepsOfAnother = 2;
/** The sensor is further than this from any axis it can turn about so suddenly, m: foot strikes show 0.03 and more. */
const shortestLever = 0.02;

/**
 * Takes out of `source` (row as given for each row of the grid, -1 for none) one or two rows whose rate is impossible between its neighbours: they jump away from
 * both sides and back by far more than the rate changes anywhere near, or by much more while the force does not move. A sensor that gave such rows is searched
 * again for those that another one nearby has hidden. Answers the rows of the grid. `fields`: accX-Z in m/s², gyrX-Z in rad/s.
 */
export function dropSpikes(fields: readonly Float64Array[], source: Int32Array, periodS: number): number[] {
  const track = { gyr: fields.slice(3, 6), acc: fields.slice(0, 3), source, periodS };
  const found = search(track, 0);
  for (const row of found) source[row] = -1;
  for (let more = found; more.length > 0;) {
    more = search(track, stepsOfAnother);
    for (const row of more) source[row] = -1;
    found.push(...more);
  }
  return found.sort((a, b) => a - b);
}

interface Track {
  readonly acc: readonly Float64Array[];
  readonly gyr: readonly Float64Array[];
  readonly source: Int32Array;
  readonly periodS: number;
}

/** Rows of spikes; the `without` largest steps around each do not count. */
function search(track: Track, without: number): number[] {
  const found: number[] = [];
  const { source } = track;
  for (let row = 1; row < source.length - 1; row++) {
    if (step(track.gyr, source, row - 1, row) < least) continue;
    for (let end = row + 1; end <= row + longest && end < source.length; end++) {
      if (!isSpike(track, row, end, without)) continue;
      for (let i = row; i < end; i++) found.push(i);
      row = end - 1;
      break;
    }
  }
  return found;
}

/** Whether rows row…end-1 are a spike. */
function isSpike({ acc, gyr, source, periodS }: Track, row: number, end: number, without: number): boolean {
  const stray = straying(gyr, source, row, end);
  if (stray < least) return false;
  const unlikely = stray / (liveliness(gyr, source, row, end, without) + noise);
  if (unlikely >= impossible) return true;
  if (unlikely < doubtful || without > 0) return false;
  let force = 0;
  for (let i = row - 1; i <= end + 1; i++) force = Math.max(force, step(acc, source, i - 1, i));
  return force * periodS < shortestLever * stray;
}

/** How far a vector changes from one row of the grid to another; 0 where one of them is missing. */
function step([x, y, z]: readonly Float64Array[], source: Int32Array, from: number, to: number): number {
  const [a, b] = [source[from] ?? -1, source[to] ?? -1];
  if (a < 0 || b < 0) return 0;
  return Math.hypot(x![b]! - x![a]!, y![b]! - y![a]!, z![b]! - z![a]!);
}

/** How far all of the rows row…end-1 lie at least from the line through their neighbours, rad/s; 0 where one of them is missing. */
function straying(gyr: readonly Float64Array[], source: Int32Array, row: number, end: number): number {
  let nearest = Infinity;
  for (let i = row - 1; i <= end; i++) if (source[i]! < 0) return 0;
  const [before, after] = [source[row - 1]!, source[end]!];
  for (let i = row; i < end; i++) {
    const share = (i - row + 1) / (end - row + 1);
    const off = gyr.map((axis) => axis[source[i]!]! - (1 - share) * axis[before]! - share * axis[after]!);
    nearest = Math.min(nearest, Math.hypot(...off));
  }
  return nearest;
}

/** The largest step of the rate near the rows row…end-1, without them and the `without` largest, rad/s; Infinity where too little is known. */
function liveliness(
  gyr: readonly Float64Array[],
  source: Int32Array,
  row: number,
  end: number,
  without: number,
): number {
  const steps: number[] = [];
  const see = (from: number, to: number) => {
    if (source[from]! >= 0 && source[to]! >= 0) steps.push(step(gyr, source, from, to));
  };
  for (let i = 1; i <= around; i++) {
    see(row - 1 - i, row - i);
    see(end + i - 1, end + i);
  }
  if (steps.length < around) return Infinity;
  steps.sort((a, b) => b - a);
  return Math.max(step(gyr, source, row - 1, end), steps[without]!);
}
