export { NotificationModule } from './notification.module.js';
export { NotificationProjector } from './notification-projector.js';
export { ProgramEventsConsumer } from './alarms/program-events.consumer.js';
