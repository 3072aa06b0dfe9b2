export * from './examine.js';
export {
  openEventStoreDb,
  type OpenedEventStoreDb,
  type OpenEventStoreDbOptions,
} from './open-eventstoredb.js';
