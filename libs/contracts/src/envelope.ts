/** CloudEvents 1.0 in Kafka's binary mode: attributes as `ce_` headers, the data as the value. */
export interface Envelope {
  readonly id: string;
  /** Which service said it, e.g. `coxa/ingest`. */
  readonly source: string;
  /** e.g. `coxa.check-in-received.v1` */
  readonly type: string;
  /** RFC 3339: when it happened or was received. */
  readonly time: string;
  readonly contentType: 'application/json' | 'application/cbor';
  readonly traceparent?: string | undefined;
  /** Place within the stream it came from: grows by key, so that a repeat is seen. */
  readonly sequence?: number;
}

export function toHeaders(envelope: Envelope): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: envelope.id,
    ce_source: envelope.source,
    ce_type: envelope.type,
    ce_time: envelope.time,
    'content-type': envelope.contentType,
  };
  if (envelope.traceparent) headers['ce_traceparent'] = envelope.traceparent;
  if (envelope.sequence !== undefined) headers['ce_sequence'] = String(envelope.sequence);
  return headers;
}

export function fromHeaders(headers: Readonly<Record<string, string>>): Envelope {
  const {
    ce_id: id = '',
    ce_source: source = '',
    ce_type: type = '',
    ce_time: time = '',
    ce_traceparent,
    ce_sequence,
  } = headers;
  return {
    id,
    source,
    type,
    time,
    contentType: headers['content-type'] === 'application/cbor' ? 'application/cbor' : 'application/json',
    ...(ce_traceparent ? { traceparent: ce_traceparent } : {}),
    ...(ce_sequence === undefined ? {} : { sequence: Number(ce_sequence) }),
  };
}
