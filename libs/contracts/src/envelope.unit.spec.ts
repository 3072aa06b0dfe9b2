import { describe, expect, test } from '@jest/globals';
import { deriveId, type Envelope, fromHeaders, nameId, toHeaders } from './index.js';

const envelope: Envelope = {
  id: nameId('x'),
  source: 'coxa/ingest',
  type: 'coxa.check-in-reported.v1',
  time: '2026-02-01T12:00:00.000Z',
  contentType: 'application/cbor',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  sequence: 7,
};

describe('an envelope', () => {
  test('travels as CloudEvents headers and comes back', () => {
    const headers = toHeaders(envelope);
    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_id: envelope.id,
      ce_source: 'coxa/ingest',
      ce_type: 'coxa.check-in-reported.v1',
      ce_time: '2026-02-01T12:00:00.000Z',
      ce_traceparent: envelope.traceparent,
      ce_sequence: '7',
      'content-type': 'application/cbor',
    });
    expect(fromHeaders(headers)).toEqual(envelope);
  });

  test('without trace and sequence there are no headers for them', () => {
    const { traceparent: _trace, sequence: _sequence, ...plain } = envelope;
    expect(Object.keys(toHeaders(plain))).not.toContain('ce_traceparent');
    expect(fromHeaders(toHeaders(plain))).toEqual(plain);
  });
});

describe('derived ids', () => {
  test('are UUIDs of version 5, alike for the same cause, different for another', () => {
    const id = deriveId('message', 0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(deriveId('message', 0)).toBe(id);
    expect(deriveId('message', 1)).not.toBe(id);
    expect(deriveId('other', 0)).not.toBe(id);
  });

  test('never change: what was written under one is found under it again', () => {
    expect(deriveId('message', 0)).toBe('6466ccc4-8e3e-556f-897c-d86dcbafe8f8');
  });
});
