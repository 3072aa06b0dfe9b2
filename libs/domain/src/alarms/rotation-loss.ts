import type { EventOf } from '../model/event.js';
import { median } from '../history/history.js';
import { seriesKey } from '../rotation.js';
import { clear, occur, type Turn } from './turn.js';

const dayMs = 86_400_000;

/** M3 (D10): a reading 10° or more under the median of its series' last 14 days is low; two low ones on dates that follow each other raise it, whichever of them comes first. */
export function observeRotation(
  turn: Turn,
  event: EventOf<'rotation-measured' | 'rotation-corrected'>,
): void {
  const { id, series, value, valid, day } = event.data;
  const { lossDeg, lossMedianDays } = turn.parameters;
  const key = seriesKey(series);
  const known = turn.state.readings[key] ?? [];
  if (!valid || value === null) {
    if (known.some((reading) => reading.id === id))
      turn.emit({ type: 'observed', data: { kind: 'reading-withdrawn', series: key, id } });
    return;
  }
  const at = Date.parse(event.at);
  const others = known.filter((reading) => reading.id !== id);
  const earlier = others.filter((reading) => reading.at < at);
  const usual = median(
    earlier.filter((reading) => reading.at > at - lossMedianDays * dayMs).map((reading) => reading.value),
  );
  const low = usual !== null && usual - value >= lossDeg;
  turn.emit({
    type: 'observed',
    data: { kind: 'reading', series: key, reading: { id, at, day, value, low } },
  });
  if (!low) return clearLoss(turn, key, series.side, at);
  const lastDay = earlier.filter((reading) => reading.day < day).at(-1)?.day;
  const nextDay = others.find((reading) => reading.at > at && reading.day > day)?.day;
  const lowOn = (one: number | undefined) => others.find((reading) => reading.day === one && reading.low);
  const second = lowOn(nextDay) ?? (lowOn(lastDay) && { at, value });
  if (second)
    occur(
      turn,
      'rotation-loss',
      series.side,
      'MEDIUM',
      second.at,
      'Rotation was clearly lower on two measuring days.',
      { value: second.value, median: usual },
    );
}

/** What shows that the loss is over: a later reading of the series that lost. One with nothing in the 14 days before it is not low either (D10). */
function clearLoss(turn: Turn, key: string, ofSide: string, at: number): void {
  const lossAt = (series: string, instant: number) =>
    turn.state.readings[series]?.some((reading) => reading.low && reading.at === instant) ?? false;
  clear(
    turn,
    (rule, _severity, lastAt, side) =>
      rule === 'rotation-loss' &&
      side === ofSide &&
      at >= lastAt &&
      (lossAt(key, lastAt) || !Object.keys(turn.state.readings).some((series) => lossAt(series, lastAt))),
  );
}
