import type { Result } from '../support/result.js';
import { faultFigures } from './fault-figures.js';
import { hipFigures } from './hip-figures.js';
import { orientationFigures } from './orientation-figures.js';
import { folder, there } from './recordings.js';
import { speedFigures } from './speed-figures.js';
import { wearingFigures } from './wearing-figures.js';

/** Every figure of the motion library, accuracy first. */
export async function run(): Promise<Result[]> {
  const speed = speedFigures();
  if (!there()) {
    console.log(
      `  the recordings are not in ${folder}: accuracy is NOT measured (set COXA_SHARED), only speed`,
    );
    return Promise.resolve(speed);
  }
  return Promise.resolve([
    ...orientationFigures(),
    ...hipFigures(),
    ...faultFigures(),
    ...wearingFigures(),
    ...speed,
  ]);
}
