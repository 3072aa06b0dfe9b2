import type { Ago } from '@coxa/platform';

/** A seated measurement by a goniometer: three turns inward within three seconds. */
export const readingExamples = (ago: Ago): Readonly<Record<string, unknown>> => ({
  'three seated turns': {
    deviceId: 'd-of-the-registration',
    sessionId: 'turns-1',
    sequence: 0,
    kind: 'goniometer',
    segment: 'thigh',
    side: 'left',
    position: 'seated',
    purpose: 'measurement',
    startedAt: ago(1, '17:00'),
    sampleRateHz: 4,
    channels: { angleDeg: [0, 10, 22, 11, 0, 12, 23, 10, 0, 11, 22, 0] },
    last: true,
  },
});
