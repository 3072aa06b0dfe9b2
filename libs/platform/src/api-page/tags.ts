/** The parts of the API page, in the order in which somebody needs them. */
export const tags = [
  { name: 'patients', description: 'Who is enrolled, on what terms, and who needs attention first.' },
  {
    name: 'check-ins',
    description: 'What people say of their pain and their training, and the pain over time.',
  },
  {
    name: 'readings',
    description: 'Sensors: registering them, sending what they measure, and which recordings there are.',
  },
  {
    name: 'measurements',
    description: 'Rotation of the hip in degrees, by goniometer or sensor, and questionnaires.',
  },
  {
    name: 'programme',
    description: 'What to do this week, why, what a clinician has decided instead, and the rules behind it.',
  },
  { name: 'alarms', description: 'What somebody has to look at, and what was done about it.' },
  { name: 'receivers', description: 'Who is told of alarms, by which way, and what became of telling them.' },
  {
    name: 'operator calls',
    description: 'For those who run the system: views, parked messages, checks. No clinical content.',
  },
  { name: 'health', description: 'Whether a service lives, is ready, and what it measures of itself.' },
] as const;

export type Tag = (typeof tags)[number]['name'];
