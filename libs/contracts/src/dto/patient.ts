import { exclusions, flags, motions, patientSides, positions, sides } from '../codes.js';
import {
  Amount,
  Amounts,
  At,
  Id,
  Ids,
  ManyNested,
  ManyOf,
  Nested,
  OneOf,
  Optional,
  Required,
  StrengthExercise,
  Text,
  Whole,
  Zone,
} from './fields.js';

export class ConsentDto {
  @Required() @Text(64) version!: string;
  @Required() @At() at!: string;
}

export class ScreeningDto {
  @Required() @ManyOf(flags) flags!: string[];
  @Required() @ManyOf(exclusions) exclusions!: string[];
  @Optional() @Text(128) clearedBy?: string;
}

/** A hand-held reading; within a baseline it carries no patient. */
export class ReadingDto {
  @Required() @Id() id!: string;
  @Required() @At() at!: string;
  @Required() @OneOf(sides) side!: 'left' | 'right';
  @Required() @OneOf(positions) position!: 'seated' | 'prone' | 'supine' | 'standing';
  @Required() @OneOf(motions) motion!: 'active' | 'passive';
  @Required() @OneOf(['goniometer', 'inclinometer']) instrument!: string;
  @Required() @Text(128) measuredBy!: string;
  @Required() @Amounts(-180, 180, 3, 50) valuesDeg!: number[];
}

export class MeasurementDto extends ReadingDto {
  @Required() @Id() patientId!: string;
}

export class BaselineDto {
  @Optional() @Whole(0, 10) pain?: number;
  @Optional() @ManyNested(() => ReadingDto, 50) rotation?: ReadingDto[];
}

export class EducationDto {
  @Required() @At() acknowledgedAt!: string;
}

export class EnrolDto {
  @Optional() @Id() id?: string;
  @Optional() @At() enrolledAt?: string;
  @Required() @Zone() zone!: string;
  @Required() @OneOf(patientSides) side!: 'left' | 'right' | 'both';
  /** Not later than the year of the enrolment, which is checked where that is known. */
  @Required() @Whole(1900, 2100) birthYear!: number;
  @Optional() @Amount(20, 400) bodyMassKg?: number;
  @Optional() @Text(200) name?: string;
  @Optional() @Ids(100) careTeam?: string[];
  @Required() @Nested(() => ConsentDto) consent!: ConsentDto;
  @Required() @Nested(() => ScreeningDto) screening!: ScreeningDto;
  @Required() @Nested(() => BaselineDto) baseline!: BaselineDto;
  @Optional() @Nested(() => EducationDto) education?: EducationDto;
  @Optional() @StrengthExercise() startExercise?: string;
  @Optional() @Amount(0, 500) startLoadKg?: number;
}

export class ConsentChangeDto {
  @Optional() @Text(64) version?: string;
  @Optional() @At() at?: string;
  @Optional() @At() withdrawnAt?: string;
}

export class BaselinePainDto {
  @Required() @Whole(0, 10) pain!: number;
}

export class PatchPatientDto {
  @Optional() @Zone() zone?: string;
  /** Never empty: a patient whom nobody may see has nobody who is told. */
  @Optional() @Ids(100, 1) careTeam?: string[];
  @Optional() @Nested(() => ConsentChangeDto) consent?: ConsentChangeDto;
  @Optional() @Nested(() => EducationDto) education?: EducationDto;
  @Optional() @Nested(() => BaselinePainDto) baseline?: BaselinePainDto;
}
