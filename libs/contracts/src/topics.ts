/** Names of everything that carries a prefix, so that two installations can share one cluster. */
export function namesOf(prefix: string) {
  return {
    readings: `${prefix}.readings.v1`,
    checkIns: `${prefix}.check-ins.v1`,
    programEvents: `${prefix}.program-events.v1`,
    alarmEvents: `${prefix}.alarm-events.v1`,
    registry: `${prefix}.registry.v1`,
    audit: `${prefix}.audit.v1`,
    programmeStream: (patientId: string) => `${prefix}.programme-${patientId}`,
    deviceStream: (deviceId: string) => `${prefix}.device-${deviceId}`,
    alarmsStream: (patientId: string) => `${prefix}.alarms-${patientId}`,
    receiverStream: (receiverId: string) => `${prefix}.receiver-${receiverId}`,
    deliveryStream: (deliveryId: string) => `${prefix}.delivery-${deliveryId}`,
  } as const;
}

export type Names = ReturnType<typeof namesOf>;

/** Topics whose messages are handled one by one and can therefore be parked. */
export const parkableTopics = (names: Names): string[] => [
  names.checkIns,
  names.readings,
  names.programEvents,
];

/** Who consumes what, as members of which group. */
export const consumersOf = ({ checkIns, readings, programEvents }: Names) =>
  [
    { group: 'ingest', topic: checkIns },
    { group: 'ingest', topic: readings },
    { group: 'program', topic: checkIns },
    { group: 'program', topic: readings },
    { group: 'notification', topic: programEvents },
  ] as const;
