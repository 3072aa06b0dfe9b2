import { expect, test } from '@jest/globals';
import { wordsForNoValue } from './measurement-words.js';

test('given a poor recording, then the patient reads what happened and what to do better, each once', () => {
  expect(wordsForNoValue(['mounting-slip', 'fewer-than-three-repetitions'])).toBe(
    'This measurement gives no value: the sensor slipped during the recording; fewer than three whole turns were seen. Next time: fasten the strap more firmly; turn inward and back at least three times, as far as is comfortable.',
  );
  expect(wordsForNoValue(['axis-fault', 'unit-fault'])).toMatch(
    /Please show the sensor to whoever set it up\.$/,
  );
});

test('given a reason without words, then it is told as it is', () => {
  expect(wordsForNoValue(['new-reason'])).toBe('This measurement gives no value: new-reason.');
});
