import { parseDto } from '@coxa/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { jsonOf } from './body.js';
import { invalid } from './problem-exception.js';

type BodyType = new () => object;

const parsedBody = createParamDecorator(async (type: BodyType, context: ExecutionContext) => {
  const parsed = parseDto(type, await jsonOf(context.switchToHttp().getRequest<FastifyRequest>()));
  if (!parsed.ok) throw invalid(parsed.errors);
  return parsed.value;
});

/** `@StrictBody(Dto) body: Dto`: strict JSON checked against its class, and shown in the API document. Not JSON: 415; cannot be parsed: 400; wrong content: 422 with every fault. */
export const StrictBody =
  (type: BodyType): ParameterDecorator =>
  (target, key, index) => {
    parsedBody(type)(target, key, index);
    if (key === undefined) return;
    const descriptor = Object.getOwnPropertyDescriptor(target, key);
    if (descriptor) ApiBody({ type })(target, key, descriptor);
  };
