interface Told {
  readonly description: string;
  readonly example?: string;
}

/** Parameters of a query, which mean the same wherever they are taken. */
const ofQuery: Readonly<Record<string, string>> = {
  after: 'A `position` that a write answered: waits up to 5 s until the answer shows what came of it',
  asOf: 'RFC 3339; the state as of this instant instead of now',
  attention: 'Only those who need attention for this reason',
  cursor: 'The `next` of the page before',
  from: 'RFC 3339; nothing before this instant',
  limit: 'How many items a page may hold',
  patientId: 'Only those of this patient',
  severity: 'Only those of this severity',
  state: 'Only those in this state',
  to: 'RFC 3339; nothing after this instant',
};

/** Places in a path, by the segment before. */
const ofPath: Readonly<Record<string, Told>> = {
  'alarms/{id}': { description: 'Id of the alarm, from the list of alarms' },
  'deliveries/{id}': { description: 'Id of the delivery, from the delivery log' },
  'devices/{id}': { description: 'The `deviceId` that registering answered' },
  'drop/{what}': {
    description: '`beside`, `before`, or the number of an earlier version',
    example: 'before',
  },
  'education/{topic}': { description: 'The topic, from the list of topics', example: 'pain-and-safety' },
  'parked/{id}': { description: 'Id of the parked message, from the list of them' },
  'patients/{id}': { description: 'Id of the patient', example: 'ana' },
  'receivers/{id}': { description: 'Id of the receiver, chosen by whoever puts it', example: 'dr-lee' },
  'targets/{week}': { description: 'ISO week of the target, such as 2026-W05' },
  'views/{name}': { description: 'Name of the view, from the list of views', example: 'timeline' },
  '{week}/{exercise}': { description: 'The exercise of the target', example: 'squat' },
};

interface Parameter {
  readonly in: string;
  readonly name: string;
  description?: string;
  example?: unknown;
}

/** Says what each parameter of a path is. */
export function describeParameters(path: string, parameters: readonly Parameter[]): void {
  for (const parameter of parameters) {
    const told = parameter.in === 'path' ? inPath(path, parameter.name) : inQuery(parameter.name);
    parameter.description ??= told?.description ?? '';
    if (told?.example !== undefined) parameter.example ??= told.example;
  }
}

function inPath(path: string, name: string): Told | undefined {
  const place = new RegExp(`[^/]+/\\{${name}\\}`).exec(path)?.[0];
  return place === undefined ? undefined : ofPath[place];
}

const inQuery = (name: string): Told | undefined => {
  const description = ofQuery[name];
  return description === undefined ? undefined : { description };
};
