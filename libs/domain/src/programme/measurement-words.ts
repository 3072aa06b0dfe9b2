interface Words {
  /** What happened, for the patient. */
  readonly what: string;
  /** What to do so that the next one gives a value. */
  readonly next: string;
}

const device = 'Please show the sensor to whoever set it up.';

/** Why a measurement gives no value, in words without blame. */
const words: Readonly<Record<string, Words>> = {
  gap: { what: 'part of the recording did not arrive', next: 'keep phone and sensor close together' },
  'saturated-gyro': { what: 'the leg moved faster than the sensor can follow', next: 'move more slowly' },
  'axis-fault': { what: 'the sensor contradicts itself about its directions', next: device },
  'unit-fault': { what: 'the numbers of the sensor are in another unit than it says', next: device },
  'wrong-side': {
    what: 'the sensor seems to sit on the other leg',
    next: 'put it on the leg it is registered for',
  },
  'upside-down': { what: 'the sensor seems to sit upside-down', next: 'put it on as it was registered' },
  'streams-exchanged': {
    what: 'the sensors of pelvis and thigh seem to be exchanged',
    next: 'put each on where it is registered',
  },
  'mounting-slip': { what: 'the sensor slipped during the recording', next: 'fasten the strap more firmly' },
  'heading-uncertain': {
    what: 'in this position one sensor cannot tell how far the hip turns',
    next: 'sit or lie down with the knee bent, or wear the second sensor too',
  },
  'needs-a-second-sensor': {
    what: 'the sensor on the pelvis says nothing of the hip by itself',
    next: 'wear the one on the thigh too',
  },
  'sensors-not-worn-at-once': {
    what: 'the two sensors did not record at the same time',
    next: 'start both together',
  },
  'mounting-unknown': { what: 'nobody has told yet how the sensor sits on the leg', next: device },
  'no-neutral-rest': {
    what: 'there was no quiet moment to count from',
    next: 'hold still for two seconds before the first turn',
  },
  'time-fault': { what: 'the times of the recording contradict each other', next: device },
  'missing-channel': { what: 'the recording lacks a part of the sensor', next: device },
  'gyro-scale': { what: 'the sensor turns further in its numbers than in truth', next: device },
  rejected: {
    what: 'the recording holds too little to measure',
    next: 'record from the beginning to the end',
  },
  'fewer-than-three-repetitions': {
    what: 'fewer than three whole turns were seen',
    next: 'turn inward and back at least three times, as far as is comfortable',
  },
  'out-of-range': { what: 'the values are not those of a hip', next: 'begin in the neutral pose' },
  spread: { what: 'the three turns differ too much from each other', next: 'make them slow and alike' },
};

/** One sentence on what kept a measurement from giving a value, and one on what to do better next time. */
export function wordsForNoValue(reasons: readonly string[]): string {
  const told = reasons.map((reason) => words[reason] ?? { what: reason, next: '' });
  const what = told.map((each) => each.what).join('; ');
  const next = [...new Set(told.map((each) => each.next).filter((each) => each !== ''))];
  const deeds = next.filter((each) => each !== device);
  const help = next.includes(device) ? ` ${device}` : '';
  const better = deeds.length > 0 ? ` Next time: ${deeds.join('; ')}.` : '';
  return `This measurement gives no value: ${what}.${better}${help}`;
}
