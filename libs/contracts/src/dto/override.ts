import { overrideKinds } from '../codes.js';
import { Amount, At, Flag, OneOf, Optional, Required, StrengthExercise, Text, Whole } from './fields.js';
import { IsObject } from 'class-validator';

export class OverrideDto {
  @Required() @OneOf(overrideKinds) kind!:
    'rule' | 'target' | 'phase' | 'suspend' | 'resume' | 'add-exercise';
  @Optional() @IsObject() value?: Record<string, unknown>;
  @Required() @Text(2000) reason!: string;
  @Optional() @At() from?: string;
  @Optional() @At() until?: string;
  /** A dose far above what stands is meant. */
  @Optional() @Flag() confirmed?: boolean;
}

export class TargetValueDto {
  @Required() @StrengthExercise() exercise!: string;
  @Required() @Whole(1, 10) sets!: number;
  @Required() @Whole(1, 100) reps!: number;
  @Required() @Amount(0, 500) loadKg!: number;
}

export class PhaseValueDto {
  @Required() @OneOf(['1', '2', '3a', '3b']) phase!: '1' | '2' | '3a' | '3b';
}

export class AddExerciseValueDto {
  @Required() @StrengthExercise() exercise!: string;
  @Optional() @Amount(0, 500) startLoadKg?: number;
}
