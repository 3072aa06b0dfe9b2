import grpc from '@grpc/grpc-js';

export type Refusal = Partial<grpc.StatusObject> & Error;

/** As the server refuses: a status, and what it was in the trailing metadata. */
export function refusal(
  code: grpc.status,
  details: string,
  told: Readonly<Record<string, string>> = {},
): Refusal {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(told)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const denial = (): Refusal =>
  refusal(grpc.status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const unknownUser = (): Refusal => refusal(grpc.status.UNAUTHENTICATED, 'Unauthenticated');

export const notReady = (): Refusal => refusal(grpc.status.UNAVAILABLE, 'Server Is Not Ready');

export const timedOut = (): Refusal =>
  refusal(grpc.status.ABORTED, 'Operation timed out', { exception: 'timeout' });

export const invalidPosition = (): Refusal =>
  refusal(grpc.status.INVALID_ARGUMENT, 'Invalid position.', { exception: 'invalid-position' });

export const tooLarge = (bytes: number): Refusal =>
  refusal(grpc.status.INVALID_ARGUMENT, `Maximum Append Size of ${bytes} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(bytes),
  });
