export { batchOf } from './sessions/session-fold.js';
export { CheckInsConsumer } from './consumers/check-ins.consumer.js';
export { ReadingsConsumer } from './consumers/readings.consumer.js';
export { ProgramModule } from './program.module.js';
export { Programmes } from './programme/programmes.js';
export { SessionKeeper } from './sessions/session-keeper.js';
export { patientCodec } from './programme/patient-decider.js';
export { painView, patientsView, rotationView, timelineView } from './views/event-views.js';
