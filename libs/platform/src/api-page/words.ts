import type { Role } from '@coxa/contracts';
import { ApiExtension } from '@nestjs/swagger';
import type { Shape } from './shape.js';
import type { Tag } from './tags.js';

/** Marks on an operation, taken away again before anybody sees the document. */
export const wordsMark = 'x-coxa-words';
export const publicMark = 'x-coxa-public';
/** Stays in the document. */
export const rolesMark = 'x-roles';

/** Tells of times before the present: `ago(1, '18:00')` is yesterday at six in the evening, UTC. */
export type Ago = (days: number, time: string) => string;

/** What the API page says of an operation beyond what the code that serves it tells by itself. */
export interface Words {
  readonly tag: Tag;
  /** One plain sentence: what it does, and for whom. */
  readonly summary: string;
  /** More, for those who read on. */
  readonly more?: string;
  /** What success is answered with; null: no content. Text stands for a media type that is no JSON. */
  readonly answer: Shape | null | { readonly mediaType: string; readonly says: string };
  /** Where the framework does not know it. */
  readonly status?: number;
  /** Bodies that are taken as they are, by what they are about. */
  readonly examples?: (ago: Ago) => Readonly<Record<string, unknown>>;
}

/** Puts an operation on the API page. */
export const Describe = (words: Words): MethodDecorator => ApiExtension(wordsMark, words) as MethodDecorator;

export interface DescribedOperation {
  [wordsMark]?: Words;
  [publicMark]?: true;
  [rolesMark]?: readonly Role[];
}
