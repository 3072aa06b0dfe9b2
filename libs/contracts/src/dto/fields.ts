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
export const Text = (max: number, min = 1): PropertyDecorator =>
  all(IsString(), MinLength(min), MaxLength(max));
export const Flag = (): PropertyDecorator => IsBoolean();
export const OneOf = (values: readonly string[]): PropertyDecorator => all(IsString(), IsIn([...values]));
export const Whole = (min: number, max: number): PropertyDecorator => all(IsInt(), Min(min), Max(max));
export const Amount = (min: number, max: number): PropertyDecorator => all(IsNumber(), Min(min), Max(max));
/** RFC 3339 with offset. */
export const At = (): PropertyDecorator =>
  custom('isInstant', (value) => typeof value === 'string' && parseInstant(value) !== undefined);
/** IANA time zone. */
export const Zone = (): PropertyDecorator =>
  custom('isZone', (value) => typeof value === 'string' && isZone(value));

export const Ids = (max: number): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMaxSize(max),
    IsString({ each: true }),
    MaxLength(128, { each: true }),
    Matches(/^[A-Za-z0-9._:@-]+$/, { each: true }),
  );
export const ManyOf = (values: readonly string[], max = 32): PropertyDecorator =>
  all(IsArray(), ArrayMaxSize(max), IsIn([...values], { each: true }));
export const Amounts = (min: number, max: number, least: number, most: number): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(least),
    ArrayMaxSize(most),
    IsNumber({}, { each: true }),
    Min(min, { each: true }),
    Max(max, { each: true }),
  );
export const Nested = (type: () => new () => object): PropertyDecorator =>
  all(IsObject(), ValidateNested(), Type(type));
export const ManyNested = (type: () => new () => object, max: number): PropertyDecorator =>
  all(IsArray(), ArrayMaxSize(max), ValidateNested({ each: true }), Type(type));
