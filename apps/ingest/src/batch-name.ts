import { decodeCbor, parseJson } from '@coxa/contracts';

/** What a batch that was refused is called, as far as it was told; `typed` says that it came as CBOR. It may be anything: some are refused before they are looked at. */
export function nameIn(
  bytes: Uint8Array,
  typed: boolean,
): { deviceId: unknown; sessionId: unknown; sequence: unknown } {
  const { deviceId, sessionId, sequence } = (decoded(bytes, typed) ?? {}) as Record<string, unknown>;
  const plain = (value: unknown) =>
    typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)) ? value : null;
  return { deviceId: plain(deviceId), sessionId: plain(sessionId), sequence: plain(sequence) };
}

function decoded(bytes: Uint8Array, typed: boolean): unknown {
  try {
    return typed ? decodeCbor(bytes) : parseJson(bytes);
  } catch {
    return undefined;
  }
}
