import { describe, expect, test } from '@jest/globals';
import * as contracts from '@coxa/contracts';
import { type DtoClass, dtoSchema, isDto } from './dto-schema.js';

const dtos = Object.values(contracts as Record<string, unknown>).filter(isDto);

describe('schemas of bodies', () => {
  test('a receiver with its channels and quiet hours', () => {
    const schema = dtoSchema(contracts.ReceiverDto);
    expect(schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      properties: {
        role: { type: 'string', enum: ['assigned', 'on-call', 'lead'] },
        subject: { type: 'string', minLength: 1, maxLength: 128 },
        channels: { type: 'array', maxItems: 10, items: { type: 'object', required: ['kind'] } },
        quietHours: { type: 'object', properties: { zone: { type: 'string' } } },
      },
    });
    expect([...schema.required!].sort()).toEqual(['channels', 'minSeverity', 'role']);
  });

  test('instants and bounds are told', () => {
    const { properties } = dtoSchema(contracts.MeasurementDto);
    expect(properties).toMatchObject({
      at: { type: 'string', format: 'date-time' },
      valuesDeg: { type: 'array', minItems: 3, items: { type: 'number' } },
    });
  });

  test.each(dtos.map((dto): [string, DtoClass] => [dto.name, dto]))(
    'every field of %s has a type',
    (_name, dto) => {
      const { properties } = dtoSchema(dto);
      expect(Object.keys(properties!).length).toBeGreaterThan(0);
      for (const property of Object.values(properties!)) expect(property.type).toBeDefined();
    },
  );
});
