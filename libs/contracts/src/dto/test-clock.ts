import { At, Required } from './fields.js';

export class TestClockDto {
  @Required() @At() now!: string;
}
