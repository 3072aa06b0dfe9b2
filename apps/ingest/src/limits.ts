import { maxBodyBytes } from '@coxa/platform';

/** Requests with check-ins that a sender may make a second, over all transports: the shared `RateLimit`. */
export const CHECK_IN_RATE = Symbol('check-in rate');
export const checkInRequestsPerSecond = 20;
/** Batches that a device may send a second, over all transports: the shared `RateLimit`. */
export const BATCH_RATE = Symbol('batch rate');
export const batchesPerSecond = 1_000;
/** Files that a sender may upload a second. */
export const RECORDING_RATE = Symbol('recording rate');
export const recordingsPerSecond = 50;
export const maxCheckIns = 1_000;
/** Bytes that may wait for the log at once. */
export const inFlightBytes = 16 * maxBodyBytes;
