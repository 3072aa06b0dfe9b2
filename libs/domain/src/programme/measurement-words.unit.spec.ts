import { expect, test } from '@jest/globals';
import { wordsForNoValue } from './measurement-words.js';

const device = 'Please show the sensor to whoever set it up.';

test('given a poor recording, then the patient reads what happened and what to do better, each once', () => {
  expect(wordsForNoValue(['mounting-slip', 'fewer-than-three-repetitions'])).toBe(
    'This measurement gives no value: the sensor slipped during the recording; fewer than three whole turns were seen. Next time: fasten the strap more firmly; turn inward and back at least three times, as far as is comfortable.',
  );
});

test.each([
  ['gap', 'part of the recording did not arrive', 'keep phone and sensor close together'],
  ['saturated-gyro', 'the leg moved faster than the sensor can follow', 'move more slowly'],
  ['wrong-side', 'the sensor seems to sit on the other leg', 'put it on the leg it is registered for'],
  ['upside-down', 'the sensor seems to sit upside-down', 'put it on as it was registered'],
  [
    'streams-exchanged',
    'the sensors of pelvis and thigh seem to be exchanged',
    'put each on where it is registered',
  ],
  [
    'heading-uncertain',
    'in this position one sensor cannot tell how far the hip turns',
    'sit or lie down with the knee bent, or wear the second sensor too',
  ],
  [
    'needs-a-second-sensor',
    'the sensor on the pelvis says nothing of the hip by itself',
    'wear the one on the thigh too',
  ],
  ['sensors-not-worn-at-once', 'the two sensors did not record at the same time', 'start both together'],
  [
    'no-neutral-rest',
    'there was no quiet moment to count from',
    'hold still for two seconds before the first turn',
  ],
  ['rejected', 'the recording holds too little to measure', 'record from the beginning to the end'],
  ['out-of-range', 'the values are not those of a hip', 'begin in the neutral pose'],
  ['spread', 'the three turns differ too much from each other', 'make them slow and alike'],
])('given %s, then what happened and what helps', (reason, what, next) => {
  expect(wordsForNoValue([reason])).toBe(`This measurement gives no value: ${what}. Next time: ${next}.`);
});

test.each([
  ['axis-fault', 'the sensor contradicts itself about its directions'],
  ['unit-fault', 'the numbers of the sensor are in another unit than it says'],
  ['mounting-unknown', 'nobody has told yet how the sensor sits on the leg'],
  ['time-fault', 'the times of the recording contradict each other'],
  ['missing-channel', 'the recording lacks a part of the sensor'],
  ['gyro-scale', 'the sensor turns further in its numbers than in truth'],
])('given %s, which the patient cannot help, then whom to show it', (reason, what) => {
  expect(wordsForNoValue([reason])).toBe(`This measurement gives no value: ${what}. ${device}`);
  expect(wordsForNoValue([reason, 'mounting-slip', reason])).toMatch(
    / Next time: fasten the strap more firmly\. Please show [^.]+\.$/,
  );
});

test('given a reason without words, then it is told as it is', () => {
  expect(wordsForNoValue(['new-reason'])).toBe('This measurement gives no value: new-reason.');
});
