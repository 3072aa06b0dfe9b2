/**
 * Parameters of the orientation filter, named as in the paper: D. Laidig, T. Seel, "VQF: Highly accurate IMU orientation
 * estimation with bias estimation and magnetic disturbance rejection", Information Fusion 91 (2023) 187-204, table 2.
 */
export interface VqfParameters {
  /** Time constant of the low-pass on the acceleration in the almost-inertial frame, s. */
  readonly tauAcc: number;
  /** Time constant of the heading correction by the magnetometer, s. */
  readonly tauMag: number;
  /** Standard deviation of the bias at the start, °/s. */
  readonly biasSigmaInit: number;
  /** Time in which the bias's standard deviation grows from 0 to 0.1 °/s, s. */
  readonly biasForgettingTime: number;
  /** Largest bias that is believed, °/s. */
  readonly biasClip: number;
  /** Standard deviation of the converged bias in motion, °/s. */
  readonly biasSigmaMotion: number;
  /** How fast the bias about the vertical is forgotten, which no accelerometer can see; as a share of the rest. */
  readonly biasVerticalForgettingFactor: number;
  /** Standard deviation of the converged bias at rest, °/s. */
  readonly biasSigmaRest: number;
  /** Quiet time before it is called rest, s. */
  readonly restMinT: number;
  /** Time constant of the low-pass that rest is judged against, s. */
  readonly restFilterTau: number;
  /** Deviation of the gyroscope from its low-pass at rest, °/s. */
  readonly restThGyr: number;
  /** Deviation of the accelerometer from its low-pass at rest, m/s². */
  readonly restThAcc: number;
  /** Time constant of the low-pass on norm and dip of the field, s. */
  readonly magCurrentTau: number;
  /** Time constant with which the reference field follows, s. */
  readonly magRefTau: number;
  /** Share by which the norm may differ from the reference. */
  readonly magNormTh: number;
  /** Angle by which the dip may differ from the reference, °. */
  readonly magDipTh: number;
  /** Time in a new homogeneous field before it is accepted, s. */
  readonly magNewTime: number;
  /** The same for the first field, s. */
  readonly magNewFirstTime: number;
  /** Rate below which the time in a new field does not count, °/s. */
  readonly magNewMinGyr: number;
  /** Time in the reference field before the disturbance is over, s. */
  readonly magMinUndisturbedTime: number;
  /** Time after which a disturbance is no longer ignored in full, s. */
  readonly magMaxRejectionTime: number;
  /** Factor by which the correction is slower after that. */
  readonly magRejectionFactor: number;
}

/** The paper's own values. */
export const defaultVqfParameters: VqfParameters = {
  tauAcc: 3,
  tauMag: 9,
  biasSigmaInit: 0.5,
  biasForgettingTime: 100,
  biasClip: 2,
  biasSigmaMotion: 0.1,
  biasVerticalForgettingFactor: 0.0001,
  biasSigmaRest: 0.03,
  restMinT: 1.5,
  restFilterTau: 0.5,
  restThGyr: 2,
  restThAcc: 0.5,
  magCurrentTau: 0.05,
  magRefTau: 20,
  magNormTh: 0.1,
  magDipTh: 10,
  magNewTime: 20,
  magNewFirstTime: 5,
  magNewMinGyr: 20,
  magMinUndisturbedTime: 0.5,
  magMaxRejectionTime: 60,
  magRejectionFactor: 2,
};
