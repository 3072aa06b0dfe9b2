import type { ProgrammeCommand } from '../model/command.js';
import type { ProgrammeEvent } from '../model/event.js';
import { acknowledgeEducation } from '../education/acknowledge.js';
import { instantOf } from '../time/instant.js';
import { recordQuestionnaire } from '../questionnaires/record-questionnaire.js';
import type { Ruleset } from '../ruleset.js';
import { recordCheckIn } from './check-ins.js';
import { closeByClock } from './closing.js';
import { enrol, update } from './enrolment.js';
import { recordOverride } from './overrides.js';
import { recordRecording, recordRotation } from './rotations.js';
import { Refusal } from './refusal.js';
import { Run } from './run.js';
import { assignDevice, withdrawDevice } from './devices.js';
import { type ProgrammeState } from './state.js';

/**
 * What a command causes. The same command again causes nothing; one that contradicts what stands is refused.
 * @throws Refusal
 */
export function decide(
  command: ProgrammeCommand,
  state: ProgrammeState,
  ruleset: Ruleset,
): readonly ProgrammeEvent[] {
  const run = new Run(state, ruleset);
  if (command.kind === 'enrol') {
    enrol(run, command);
    return run.events;
  }
  if (!state.enrolment) throw new Refusal('not-enrolled', '/patientId', 'nobody is enrolled under this id');
  switch (command.kind) {
    case 'update-patient':
      update(run, command);
      break;
    case 'record-check-in':
      recordCheckIn(run, command.checkIn, command.receivedAt);
      break;
    case 'record-rotation':
      recordRotation(run, command.rotation, command.receivedAt, command.fresh);
      break;
    case 'record-recording':
      recordRecording(run, command);
      break;
    case 'assign-device':
      assignDevice(run, command);
      break;
    case 'withdraw-device':
      withdrawDevice(run, command);
      break;
    case 'record-override':
      recordOverride(run, command);
      break;
    case 'record-questionnaire':
      recordQuestionnaire(run, command.questionnaire, command.receivedAt);
      break;
    case 'acknowledge-education':
      acknowledgeEducation(run, command);
      break;
    case 'advance-clock':
      closeByClock(run, instantOf(command.now));
      break;
    default:
      command satisfies never;
  }
  return run.events;
}
