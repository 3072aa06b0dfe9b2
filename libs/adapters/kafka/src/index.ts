export { examineKafka, type GroupSeen, type KafkaQuestions, type KafkaSeen } from './examine.js';
export * from './move-in.js';
export * from './open-kafka.js';
export type * from './kafka-settings.js';
export type { KafkaMessageLog } from './kafka-message-log.js';
