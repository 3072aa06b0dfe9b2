import { decideAlarms } from '../src/alarms/decide.js';
import { evolveAlarms, initialAlarms } from '../src/alarms/evolve.js';
import type { AlarmCommand, AlarmEvent } from '../src/alarms/model.js';
import type { EnrolCommand } from '../src/model/command.js';
import { Patient } from './patient.js';

/** A patient whose programme events are observed as they come. */
export function observed(enrolment: Partial<EnrolCommand> = {}) {
  const patient = Patient.enrolled(enrolment);
  let state = initialAlarms();
  let handled = 0;
  const events: AlarmEvent[] = [];
  const act = (command: AlarmCommand) => {
    const decided = decideAlarms(command, state);
    for (const event of decided) state = evolveAlarms(state, event);
    events.push(...decided);
  };
  const catchUp = () => {
    for (; handled < patient.events.length; handled++)
      act({
        kind: 'observe',
        sequence: handled,
        event: patient.events[handled]!,
        alarmId: `a${handled}`,
        noticeId: `n${handled}`,
      });
  };
  const notices = () => events.filter(({ type }) => type === 'notice-requested').length;
  return {
    patient,
    catchUp,
    act,
    notices,
    events,
    alarms: () => Object.values(state.alarms),
    state: () => state,
  };
}
