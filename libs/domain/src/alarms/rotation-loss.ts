import type { EventOf } from '../model/event.js';
import { median } from '../history/history.js';
import { seriesKey } from '../rotation.js';
import { clear, occur, type Turn } from './turn.js';

const dayMs = 86_400_000;

/** M3 (D10): a reading 10° or more under the median of its series' last 14 days is low; two low ones on dates that follow each other raise it. */
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
  const earlier = known.filter((reading) => reading.at < at && reading.id !== id);
  const usual = median(
    earlier.filter((reading) => reading.at > at - lossMedianDays * dayMs).map((reading) => reading.value),
  );
  const low = usual !== null && usual - value >= lossDeg;
  turn.emit({
    type: 'observed',
    data: { kind: 'reading', series: key, reading: { id, at, day, value, low } },
  });
  if (!low)
    return clear(turn, (rule, _severity, _lastAt, side) => rule === 'rotation-loss' && side === series.side);
  const lastDay = earlier.filter((reading) => reading.day < day).at(-1)?.day;
  const before = earlier.filter((reading) => reading.day === lastDay);
  if (before.some((reading) => reading.low))
    occur(
      turn,
      'rotation-loss',
      series.side,
      'MEDIUM',
      at,
      'Rotation was clearly lower on two measuring days.',
      { value, median: usual },
    );
}
