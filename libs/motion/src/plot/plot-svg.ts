import type { MotionReport } from '../analysis/report.js';

const width = 960;
const panelHeight = 240;
const margin = { left: 56, right: 16, top: 34, bottom: 30 };
const mostPoints = 900;
const lines = [
  { key: 'internalRotationDeg', label: 'internal rotation', colour: '#1b6ca8' },
  { key: 'flexionDeg', label: 'flexion', colour: '#9aa5ad' },
  { key: 'adductionDeg', label: 'adduction', colour: '#c9b27c' },
] as const;

/** A drawing for a person to look at: angles over time, repetitions as dots, flags as bands, what does not count in grey. One panel a report with angles. */
export function plotSvg(reports: readonly MotionReport[]): string {
  const drawn = reports.filter(({ internalRotationDeg }) => internalRotationDeg !== undefined);
  const height = Math.max(1, drawn.length) * panelHeight;
  const body =
    drawn.length > 0 ? drawn.map(panel).join('\n') : text(width / 2, 40, 'no angles to draw', 'middle');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    body,
    '</svg>',
    '',
  ].join('\n');
}

function panel(report: MotionReport, index: number): string {
  const { periodS, valid, reps, flags, name, mode, summary } = report;
  const count = valid.length;
  const endS = Math.max(periodS, count * periodS);
  const series = lines.flatMap((line) => {
    const values = report[line.key];
    return values === undefined ? [] : [{ ...line, values }];
  });
  const [low, high] = rangeOf(series.map(({ values }) => values));
  const x = (t: number) => margin.left + (t / endS) * (width - margin.left - margin.right);
  const y = (angle: number) =>
    margin.top + ((high - angle) / (high - low)) * (panelHeight - margin.top - margin.bottom);
  const bottom = panelHeight - margin.bottom;
  const bands = flags.flatMap(({ code, startS, endS: to }) =>
    startS === undefined
      ? []
      : [
          `<rect x="${n(x(startS))}" y="${margin.top}" width="${n(Math.max(1, x(Math.min(to ?? endS, endS)) - x(startS)))}" height="${bottom - margin.top}" fill="#e07a5f" fill-opacity="0.2"><title>${code}</title></rect>`,
        ],
  );
  const whole = [...new Set(flags.map(({ code }) => code))].join(', ') || 'no flags';
  const peak = summary.peakDeg === null ? 'no value' : `peak ${summary.peakDeg.toFixed(1)}°`;
  const heading = `${name} (${mode}): ${peak}, ${reps.length} repetitions, ${whole}`;
  return [
    `<g transform="translate(0 ${index * panelHeight})">`,
    text(margin.left, 16, heading),
    ...bands,
    ...grid(low, high, endS, x, y, bottom),
    ...[...series]
      .reverse()
      .flatMap(({ values, colour, label }) => [
        path(values, valid, 0, periodS, x, y, '#dddddd', 'does not count'),
        path(values, valid, 1, periodS, x, y, colour, label),
      ]),
    ...reps.map(
      ({ peakS, peakDeg }) => `<circle cx="${n(x(peakS))}" cy="${n(y(peakDeg))}" r="3" fill="#d1495b"/>`,
    ),
    ...series.map(({ label, colour }, i) => text(width - margin.right - i * 130, 30, label, 'end', colour)),
    '</g>',
  ].join('\n');
}

function grid(
  low: number,
  high: number,
  endS: number,
  x: (t: number) => number,
  y: (angle: number) => number,
  bottom: number,
): string[] {
  const out: string[] = [];
  const step = [1, 2, 5, 10, 20, 50, 100].find((one) => (high - low) / one <= 8) ?? 100;
  for (let angle = Math.ceil(low / step) * step; angle <= high; angle += step)
    out.push(
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${n(y(angle))}" y2="${n(y(angle))}" stroke="${angle === 0 ? '#888888' : '#eeeeee'}"/>`,
      text(margin.left - 6, y(angle) + 4, `${angle}°`, 'end'),
    );
  const every = [1, 2, 5, 10, 30, 60, 300, 600].find((one) => endS / one <= 12) ?? 3600;
  for (let t = 0; t <= endS; t += every) out.push(text(x(t), bottom + 16, `${t} s`, 'middle'));
  return out;
}

/** The rows whose validity is `wanted`, as one path with breaks; thinned to what a screen shows. */
function path(
  values: Float64Array,
  valid: Uint8Array,
  wanted: 0 | 1,
  periodS: number,
  x: (t: number) => number,
  y: (angle: number) => number,
  colour: string,
  label: string,
): string {
  const stride = Math.max(1, Math.ceil(values.length / mostPoints));
  let d = '';
  let open = false;
  for (let i = 0; i < values.length; i += stride) {
    const show = Number.isFinite(values[i]!) && valid[i] === wanted;
    if (show) d += `${open ? 'L' : 'M'}${n(x(i * periodS))} ${n(y(values[i]!))}`;
    open = show;
  }
  if (d === '') return '';
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="1.3"><title>${label}</title></path>`;
}

function rangeOf(series: readonly Float64Array[]): [number, number] {
  let low = -5;
  let high = 5;
  for (const values of series)
    for (const value of values)
      if (Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  return [Math.max(-200, low) - 2, Math.min(200, high) + 2];
}

const n = (value: number): string => value.toFixed(1);

function text(x: number, y: number, content: string, anchor = 'start', colour = '#333333'): string {
  const safe = content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}" fill="${colour}">${safe}</text>`;
}
