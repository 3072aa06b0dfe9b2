/** Every closed list that users and other systems rely on. Adding is compatible, changing is not. */
export const redFlags = [
  'cannot-bear-weight',
  'trauma-severe-pain',
  'suspected-infection',
  'deformity',
  'sudden-deterioration',
  'cold-limb',
  'bladder-bowel',
] as const;
export const amberFlags = [
  'night-pain',
  'weight-loss-sweats',
  'cancer-history',
  'steroid-use',
  'rapidly-worsening',
  'weakness-numbness',
  'locking-giving-way',
  'groin-abdominal',
] as const;
export const flags = [...redFlags, ...amberFlags] as const;
export const exclusions = ['under-18', 'recent-surgery-fracture', 'pregnancy', 'stress-fracture'] as const;
export const exercises = [
  'squat',
  'lunge',
  'bulgarian-split-squat',
  'active-ir-seated',
  'active-ir-prone',
  'passive-ir',
  'isometric-ir',
  'dynamic-ir',
] as const;
export const strengthExercises = ['squat', 'lunge', 'bulgarian-split-squat'] as const;
export const modes = ['active', 'passive', 'isometric', 'dynamic'] as const;
export const phases = ['0', '1', '2', '3a', '3b'] as const;
export const severities = ['HIGH', 'MEDIUM', 'LOW'] as const;
export const alarmRules = [
  'red-flag',
  'amber-flag',
  'pain-spike',
  'pain-rising',
  'missing-data',
  'rotation-loss',
  'fear',
  'device-offline',
  'rotation-missing',
  'delivery-failed',
  'pipeline-silent',
] as const;
export const sites = ['groin', 'front', 'side', 'lower-back', 'other'] as const;
export const sides = ['left', 'right'] as const;
export const patientSides = ['left', 'right', 'both'] as const;
export const sessionKinds = ['strength', 'practice', 'stretch'] as const;
export const sensorKinds = ['imu', 'orientation', 'goniometer'] as const;
export const segments = ['pelvis', 'thigh', 'shank'] as const;
export const positions = ['seated', 'prone', 'supine', 'standing'] as const;
export const purposes = ['measurement', 'practice', 'strength'] as const;
export const motions = ['active', 'passive'] as const;
export const measurers = ['self', 'clinician'] as const;
export const roles = ['device', 'patient', 'clinician', 'operator'] as const;
export const overrideKinds = ['rule', 'target', 'phase', 'suspend', 'resume', 'add-exercise'] as const;

export const measures = ['tsk-11', 'ihot-12', 'psfs'] as const;

export type Flag = (typeof flags)[number];
export type Exercise = (typeof exercises)[number];
export type Severity = (typeof severities)[number];
export type AlarmRule = (typeof alarmRules)[number];
export type Side = (typeof sides)[number];
export type Site = (typeof sites)[number];
export type SensorKind = (typeof sensorKinds)[number];
export type Segment = (typeof segments)[number];
export type BodyPosition = (typeof positions)[number];
export type Purpose = (typeof purposes)[number];
export type Role = (typeof roles)[number];

/** What may be wrong with one field of a body. */
export type FieldCode =
  | 'required'
  | 'unknown-field'
  | 'type'
  | 'range'
  | 'enum'
  | 'ragged'
  | 'not-finite'
  | 'in-future'
  | 'before-enrolment'
  | 'unknown-patient'
  | 'unknown-device'
  | 'unknown-exercise'
  | 'consent-withdrawn'
  | 'id-reused';

/** `path` is a JSON Pointer into the body, or `?name` for a query parameter. The message never repeats the value: it may be clinical. */
export interface FieldError {
  readonly path: string;
  readonly code: FieldCode;
  readonly message: string;
}
