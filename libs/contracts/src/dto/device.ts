import { segments, sensorKinds, sides } from '../codes.js';
import { Amounts, Id, OneOf, Optional, Required, Text } from './fields.js';

export class DeviceDto {
  @Required() @Id() patientId!: string;
  @Required() @OneOf(sensorKinds) kind!: 'imu' | 'orientation' | 'goniometer';
  @Required() @OneOf(segments) segment!: 'pelvis' | 'thigh' | 'shank';
  @Required() @OneOf(sides) side!: 'left' | 'right';
  @Required() @Text(128) model!: string;
  /** Sensor to segment, a unit quaternion [w, x, y, z]. */
  @Optional() @Amounts(-1.01, 1.01, 4, 4) mounting?: [number, number, number, number];
}
