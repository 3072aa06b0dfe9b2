import { atMost, type Result } from '../support/result.js';
import { needOf } from './model.js';
import { namings, spread } from './population.js';
import { registryBytesAPatient } from './registry-memory.js';

/** Populations, each with the partitions it is spread over. */
const populations = [
  [10_000, 12],
  [1_000_000, 96],
  [1_000_000, 1_000],
] as const;

/** The capacity model of `docs/explanation/scale.md`: how evenly people are spread, and what so many of them need. */
export async function run(): Promise<Result[]> {
  const results: Result[] = [];
  for (const [people, partitions] of populations)
    for (const [naming, name] of Object.entries(namings)) {
      const { people: crowd, load } = spread(people, partitions, name);
      console.log(
        `  ${people} people (${naming}) over ${partitions} partitions: the fullest has ${crowd.toFixed(3)} times the mean of people, ${load.toFixed(3)} times of what they send`,
      );
      if (people / partitions > 5_000)
        results.push(atMost(`fullest of ${partitions} partitions, ${naming}`, load, 1.1, 'of the mean'));
    }
  const bytes = await registryBytesAPatient();
  console.log(`  a patient with a device: ${Math.round(bytes)} bytes of heap in every instance`);
  for (const people of [1e4, 1e6, 1e8]) {
    const need = needOf(people, bytes);
    const words = Object.entries(need).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
    console.log(`  ${people} people: ${words.join(', ')}`);
  }
  return results;
}
