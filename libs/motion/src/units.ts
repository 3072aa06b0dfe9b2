const degree = Math.PI / 180;

/** Factors to m/s². */
const acceleration = { 'm/s²': 1, 'm/s^2': 1, 'm/s2': 1, g: 9.80665, mg: 0.00980665 };
/** Factors to rad/s. */
const turning = {
  'rad/s': 1,
  'deg/s': degree,
  '°/s': degree,
  'º/s': degree,
  dps: degree,
  mdps: degree / 1000,
};
/** Factors to degrees. */
const angle = { deg: 1, '°': 1, rad: 1 / degree };
/** Factors to µT. */
const field = {
  uT: 1,
  µT: 1,
  μT: 1,
  nT: 1e-3,
  T: 1e6,
  G: 100,
  gauss: 100,
  Gauss: 100,
  mG: 0.1,
  mgauss: 0.1,
};

/** By what a channel's name begins with. */
const factors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  acc: acceleration,
  free: acceleration,
  gyr: turning,
  angle,
  mag: field,
};

/** Factor that brings a channel to its unit (m/s², rad/s, µT, degrees for an angle); undefined for a unit that is not known, or measures something else. */
export function toSi(unit: string | undefined, channel: string): number | undefined {
  if (unit === undefined) return 1;
  const known = factors[/^[a-z]+/.exec(channel)?.[0] ?? ''] ?? {};
  return Object.hasOwn(known, unit) ? known[unit] : undefined;
}
