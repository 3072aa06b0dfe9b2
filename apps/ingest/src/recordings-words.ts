import { sensorKinds } from '@coxa/contracts';
import { flag, instant, list, number, position, shape, text, whole } from '@coxa/platform';
import type { RecordingTaken } from './recordings-intake.js';

/** What a device's file is answered with. */
export const recordingTaken = shape<RecordingTaken>({
  accepted: flag(),
  duplicate: flag('All of it was taken before'),
  position,
  format: text('What the file was recognised as', 'csv'),
  sessionId: text('The session that it has become'),
  deviceId: text(),
  sensor: text('Which sensor of the file'),
  kind: { type: 'string', enum: [...sensorKinds] },
  startedAt: instant(),
  samples: whole('How many samples were taken'),
  sampleRateHz: number('Samples a second'),
  packets: shape<RecordingTaken['packets']>({
    expected: whole('By the counter or clock of the file'),
    received: whole('In the file'),
    lost: whole('Missing'),
    gaps: whole('Places at which packets are missing'),
  }),
  notes: list(text(), 'What cannot be known from it, what was left out, and why'),
});
