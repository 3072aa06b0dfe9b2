/** Hysteresis of a repetition of a measurement, degrees. */
export const repetitionThresholdDeg = 8;
