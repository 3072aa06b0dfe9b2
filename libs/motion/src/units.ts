const degree = Math.PI / 180;

/** Factors to SI (m/s², rad/s, degrees for an angle) by the spelling of the unit. */
const factors: Readonly<Record<string, number>> = {
  'm/s²': 1,
  'm/s^2': 1,
  'm/s2': 1,
  g: 9.80665,
  mg: 0.00980665,
  'rad/s': 1,
  'deg/s': degree,
  '°/s': degree,
  'º/s': degree,
  dps: degree,
  mdps: degree / 1000,
  deg: 1,
  '°': 1,
  rad: 1 / degree,
};

/** Factor that brings a channel to SI; undefined for a unit that is not known. */
export function toSi(unit: string | undefined): number | undefined {
  if (unit === undefined) return 1;
  return Object.hasOwn(factors, unit) ? factors[unit] : undefined;
}
