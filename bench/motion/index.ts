import type { Result } from '../support/result.js';
import { hipFigures } from './hip-figures.js';
import { orientationFigures } from './orientation-figures.js';
import { folder, there } from './recordings.js';

/** Every figure of the motion library, accuracy first. */
export async function run(): Promise<Result[]> {
  if (!there()) {
    console.log(`  the recordings are not in ${folder}: accuracy is NOT measured (set COXA_SHARED)`);
    return [];
  }
  return Promise.resolve([...orientationFigures(), ...hipFigures()]);
}
