import { segments, sensorKinds, sides } from '../codes.js';
import { Id, OneOf, Optional, Required, Text, UnitQuaternion } from './fields.js';

export class DeviceDto {
  @Required() @Id() patientId!: string;
  @Required() @OneOf(sensorKinds) kind!: 'imu' | 'orientation' | 'goniometer';
  @Required() @OneOf(segments) segment!: 'pelvis' | 'thigh' | 'shank';
  @Required() @OneOf(sides) side!: 'left' | 'right';
  @Required() @Text(128) model!: string;
  /** Sensor to segment, a unit quaternion [w, x, y, z]. */
  @Optional() @UnitQuaternion() mounting?: [number, number, number, number];
}
