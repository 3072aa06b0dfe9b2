import { type CheckIn, redFlags } from '@coxa/contracts';

export interface Advice {
  readonly code: string;
  readonly text: string;
}

const noEmergencyService = 'Coxa is no emergency service.';
const red: ReadonlySet<string> = new Set(redFlags);

/** What a person is told at once, kindly and plainly, before any clinician has looked. */
export function adviceFor({ flags = [], pain }: CheckIn): Advice[] {
  const peak = Math.max(pain.now, pain.worst ?? 0, pain.duringExercise ?? 0, pain.nextMorning ?? 0);
  const advice: Advice[] = [];
  if (flags.some((flag) => red.has(flag)))
    advice.push({
      code: 'red-flag',
      text: `Please stop exercising and seek medical help now; if it is getting worse quickly, call your emergency number. Your care team is being told. ${noEmergencyService}`,
    });
  if (flags.some((flag) => !red.has(flag)))
    advice.push({
      code: 'amber-flag',
      text: `Thank you for telling us. Your care team will look at this within three days; until then the load does not grow. If it gets worse, seek medical help. ${noEmergencyService}`,
    });
  if (peak >= 8)
    advice.push({
      code: 'pain-spike',
      text: `That is strong pain, and it deserves rest. Let the exercises be for today and move only as far as it is comfortable. If it does not ease or you worry, seek medical help. ${noEmergencyService}`,
    });
  return advice;
}
