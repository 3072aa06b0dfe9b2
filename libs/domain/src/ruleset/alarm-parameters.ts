import { definitions } from './definition.js';

/** When an alarm is told, joins another, waits, or clears itself (D10). */
export const alarmParameters = {
  ...definitions('design', 'low', {
    alarmCoolDownH: [24, 'h', 1, 72],
    alarmJoinMin: [5, 'min', 1, 60],
    alarmLateH: [72, 'h', 24, 168],
    spikeInhibitH: [24, 'h', 1, 48],
    spikeClearH: [48, 'h', 24, 168],
    spikeClearCheckIns: [3, 'count', 2, 7],
    deviceOfflineDays: [7, 'd', 1, 28],
    rotationMissingDays: [14, 'd', 1, 56],
  }),
} as const;
