import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  registerDecorator,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { exercises, strengthExercises } from '../codes.js';
import { isZone } from '../schema.js';
import { parseInstant } from '../time.js';

const all =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, name) =>
    decorators.forEach((decorate) => decorate(target, name));

const custom =
  (name: string, validate: (value: unknown) => boolean): PropertyDecorator =>
  (target, propertyName) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      validator: { validate },
    });

/** May be left out; `null` is a wrong type, never "absent". */
export const Optional = (): PropertyDecorator => ValidateIf((_object, value) => value !== undefined);
export const Required = (): PropertyDecorator => IsDefined();

/** 1-128 characters of `A-Za-z0-9._:-`. */
export const Id = (): PropertyDecorator =>
  all(IsString(), MinLength(1), MaxLength(128), Matches(/^[A-Za-z0-9._:-]*$/));
/** Text in which something is said: not white space alone. */
export const Text = (max: number): PropertyDecorator =>
  all(
    IsString(),
    MinLength(1),
    MaxLength(max),
    custom('isSaid', (value) => typeof value !== 'string' || value.trim() !== ''),
  );
export const Flag = (): PropertyDecorator => IsBoolean();
export const OneOf = (values: readonly string[]): PropertyDecorator => all(IsString(), IsIn([...values]));
/** One of the strength exercises; another word is `unknown-exercise`, an exercise of another kind `enum`. */
export const StrengthExercise = (): PropertyDecorator =>
  all(
    OneOf(strengthExercises),
    custom(
      'isExercise',
      (value) => typeof value !== 'string' || (exercises as readonly string[]).includes(value),
    ),
  );
export const Whole = (min: number, max: number): PropertyDecorator => all(IsInt(), Min(min), Max(max));
export const Amount = (min: number, max: number): PropertyDecorator => all(IsNumber(), Min(min), Max(max));
/** RFC 3339 with offset. */
export const At = (): PropertyDecorator =>
  custom('isInstant', (value) => typeof value === 'string' && parseInstant(value) !== undefined);
/** IANA time zone. */
export const Zone = (): PropertyDecorator =>
  all(
    IsString(),
    custom('isZone', (value) => typeof value !== 'string' || isZone(value)),
  );

/** `HH:MM` of a day. */
export const TimeOfDay = (): PropertyDecorator => all(IsString(), Matches(/^([01]\d|2[0-3]):[0-5]\d$/));

/** Tells of each item whether it passes, so that a fault can name the place of the first that does not. */
export type ItemTest = (item: unknown) => boolean;

const each = (passes: ItemTest) => ({ each: true, context: { passes } });
const isText: ItemTest = (item) => typeof item === 'string';
const isNumber: ItemTest = (item) => typeof item === 'number' && Number.isFinite(item);
const isPlainObject: ItemTest = (item) => typeof item === 'object' && item !== null && !Array.isArray(item);
const subject = /^[A-Za-z0-9._:@-]{1,128}$/;

export const Ids = (max: number, min = 0): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsString(each(isText)),
    Matches(
      subject,
      each((item) => subject.test(String(item))),
    ),
  );
export const ManyOf = (values: readonly string[], max = 32): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMaxSize(max),
    IsString(each(isText)),
    IsIn(
      [...values],
      each((item) => values.includes(item as string)),
    ),
  );
export const Amounts = (min: number, max: number, least: number, most: number): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    IsNumber({}, each(isNumber)),
    Min(
      min,
      each((item) => (item as number) >= min),
    ),
    Max(
      max,
      each((item) => (item as number) <= max),
    ),
  );
/** Each a number, or null for an answer that is missing. */
export const NumbersOrNull = (): PropertyDecorator => {
  const passes: ItemTest = (item) => item === null || isNumber(item);
  return (target, propertyName) =>
    registerDecorator({
      name: 'isNumberOrNull',
      target: target.constructor,
      propertyName: String(propertyName),
      // Without words of its own the validator would keep no context, and so no place.
      options: { ...each(passes), message: 'must be a number or null' },
      validator: { validate: passes },
    });
};
/** [w, x, y, z] of length 1, to within 2 %. */
export const UnitQuaternion = (): PropertyDecorator =>
  all(
    Amounts(-1.02, 1.02, 4, 4),
    custom(
      'isUnitQuaternion',
      (value) => !Array.isArray(value) || Math.abs(Math.hypot(...(value as number[])) - 1) <= 0.02,
    ),
  );
export const Nested = (type: () => new () => object): PropertyDecorator =>
  all(IsObject(), ValidateNested(), Type(type));
export const ManyNested = (type: () => new () => object, max: number, min = 0): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsObject(each(isPlainObject)),
    ValidateNested({ each: true }),
    Type(type),
  );
