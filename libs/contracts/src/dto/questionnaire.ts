import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { measures } from '../codes.js';
import { At, Id, NumbersOrNull, OneOf, Optional, Required, Text } from './fields.js';

export class QuestionnaireDto {
  @Required() @Id() id!: string;
  @Required() @At() at!: string;
  @Required() @OneOf(measures) measure!: (typeof measures)[number];
  /** Of the scoring. */
  @Required() @Text(16) version!: string;
  /** By their place; null where one is missing. */
  @Required() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(50) @NumbersOrNull() answers!: (number | null)[];
}

export class EducationReadDto {
  /** When it was read; now when left out. */
  @Optional() @At() acknowledgedAt?: string;
}
