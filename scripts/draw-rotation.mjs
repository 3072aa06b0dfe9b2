// npm run draw: draws the plots of docs/explanation/measuring-rotation.md anew from the recordings (COXA_SHARED).
import { writeFileSync } from 'node:fs';
import { recordings, there, folder } from '../bench/dist/motion/recordings.js';
import { analyseRecording, plotSvg } from '../libs/motion/dist/index.js';

if (!there()) {
  console.error(`the recordings are not in ${folder}: set COXA_SHARED`);
  process.exit(1);
}
const named = (name) => recordings('hybrid', name)[0];
const draw = (file, { header, streams }) => {
  const path = new URL(`../docs/explanation/${file}`, import.meta.url);
  const reports = analyseRecording(header, { streams });
  // Rotation alone: it is what the page speaks of.
  for (const report of reports) {
    delete report.flexionDeg;
    delete report.adductionDeg;
  }
  writeFileSync(path, plotSvg(reports));
  console.log(`drew ${file}`);
};

const seated = named('seated-01');
draw('rotation-seated.svg', {
  ...seated,
  header: { ...seated.header, name: 'Seated, one thigh sensor' },
});

// One and a half seconds of the thigh's packets are lost at 30 s.
const { header, streams } = named('hybrid-10');
const [pelvis, thigh] = header.streams;
const kept = Array.from({ length: thigh.rows }, (_, row) => row).filter((row) => row < 3000 || row >= 3150);
const cut = Object.fromEntries(
  Object.entries(streams[1]).map(([name, values]) => [name, Float64Array.from(kept, (row) => values[row])]),
);
draw('rotation-standing.svg', {
  header: {
    ...header,
    name: 'Standing, two sensors, packets lost at 30 s',
    streams: [
      pelvis,
      { ...thigh, rows: kept.length, columns: [...thigh.columns, { name: 'packet', unit: '1' }] },
    ],
  },
  streams: [streams[0], { ...cut, packet: Float64Array.from(kept) }],
});
