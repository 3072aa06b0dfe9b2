import { readFileSync } from 'node:fs';
import {
  type Comparison,
  type DecidedTarget,
  defaultRuleset,
  parameterDefinitions,
  parseRuleset,
} from '@coxa/domain';
import { type Client, type LocalLook, operator, withServer } from '../client.js';
import { CommandFailed, printJson, Progress, table, WrongUse } from '../output.js';

interface Json {
  readonly json?: boolean;
}

/** Prints every parameter of the rules with its value, unit, range, source and confidence. */
export function rulesetShow({ json }: Json): void {
  const { version, parameters } = defaultRuleset;
  const named = Object.entries(parameterDefinitions).map(([name, definition]) => ({
    name,
    ...definition,
    value: parameters[name as keyof typeof parameters],
  }));
  if (json)
    return printJson({
      version,
      parameters: Object.fromEntries(named.map(({ name, ...definition }) => [name, definition])),
    });
  console.log(`ruleset ${version}`);
  console.log(
    table([
      ['parameter', 'value', 'unit', 'range', 'confidence', 'source'],
      ...named.map(({ name, value, unit, range, confidence, source }) => [
        name,
        String(value),
        unit,
        `${range[0]} to ${range[1]}`,
        confidence,
        source,
      ]),
    ]),
  );
}

/** Reads a ruleset file and tells all its faults. */
export function rulesetCheck(file: string, { json }: Json): void {
  const parsed = parseRuleset(documentOf(file));
  if (json) printJson(parsed.ok ? { ok: true, version: parsed.ruleset.version } : parsed);
  else if (parsed.ok) console.log(`${file}: ruleset ${parsed.ruleset.version} is in order.`);
  else throw new CommandFailed(faultsOf(file, parsed.faults));
  if (!parsed.ok) process.exitCode = 1;
}

/** What the patients' histories would have led to under another ruleset. Reads only. */
export function rulesetCompare(
  file: string,
  { json, local, token }: Json & { readonly local?: boolean; readonly token?: string },
): Promise<void> {
  if (!local && !token)
    throw new WrongUse(
      "compare shows clinical content: give a clinician's token with --token, or --local on the machine that holds the data",
    );
  const document = documentOf(file);
  const parsed = parseRuleset(document);
  if (!parsed.ok) throw new CommandFailed(faultsOf(file, parsed.faults));
  return withServer(async (client) => {
    const as =
      token ?? (await client.local('coxa ruleset compare --local on the machine that holds the data'));
    const ids = await patientsOf(client, as);
    const progress = new Progress('comparing', ids.length);
    const patients: (Comparison & { readonly patientId: string })[] = [];
    for (const id of ids) {
      patients.push(
        await client.call(as, 'POST', `/v1/patients/${encodeURIComponent(id)}/ruleset-comparison`, document),
      );
      progress.show(patients.length);
    }
    const sum = (count: (patient: Comparison) => number) =>
      patients.reduce((total, patient) => total + count(patient), 0);
    const summary = {
      ruleset: parsed.ruleset.version,
      against: defaultRuleset.version,
      patients: patients.length,
      decided: sum(({ decided }) => decided),
      targets: sum(({ targets }) => targets.length),
      phases: sum(({ phases }) => phases.length),
      alarms: sum(({ alarms }) => alarms.length),
      refused: sum(({ refused }) => refused.length),
    };
    if (json) return printJson({ summary, patients });
    print(patients);
    console.log(
      `\n${summary.patients} patients, ${summary.decided} targets decided; under ${summary.ruleset} ${summary.targets} targets, ` +
        `${summary.phases} steps of phase and ${summary.alarms} pain alarms would differ.`,
    );
    if (summary.refused > 0) console.log(`${summary.refused} inputs would have been refused (see --json).`);
    console.log('Nothing was changed. Readings are taken as they were judged.');
  });
}

function print(patients: readonly (Comparison & { readonly patientId: string })[]): void {
  const dose = (target: DecidedTarget | null) =>
    target
      ? `${target.sets} × ${target.reps}, ${target.loadKg} kg, ${target.decision} ${target.rule}`
      : 'none';
  const rows = patients.flatMap(({ patientId, targets, phases, alarms }) => [
    ...targets.map(({ week, exercise, was, would }) => [
      patientId,
      `${week} ${exercise}`,
      dose(was),
      dose(would),
    ]),
    ...phases.map(({ at, was, would }) => [
      patientId,
      `${at} phase`,
      was ? `${was.to} ${was.rule}` : 'none',
      would ? `${would.to} ${would.rule}` : 'none',
    ]),
    ...alarms.map(({ at, was, would }) => [patientId, `${at} pain alarm`, was ?? 'none', would ?? 'none']),
  ]);
  if (rows.length > 0) console.log(table([['patient', 'what', 'was', 'would have been'], ...rows]));
}

/** Whose histories may be looked at: a clinician's own, or everybody's on the machine that holds the data. */
async function patientsOf(client: Client, as: string | LocalLook): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const path = typeof as === 'string' ? '/v1/patients' : '/v1/ops/patients';
    const page: { items: { patientId: string }[]; next: string | null } = await client.call(
      typeof as === 'string' ? as : operator,
      'GET',
      `${path}${typeof as === 'string' ? `?limit=200${cursor ? `&cursor=${cursor}` : ''}` : ''}`,
    );
    found.push(...page.items.map(({ patientId }) => patientId));
    cursor = page.next;
  }
  return found;
}

function documentOf(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CommandFailed(`${file} cannot be read`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandFailed(`${file} is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

const faultsOf = (
  file: string,
  faults: readonly { readonly path: string; readonly message: string }[],
): string =>
  `${file} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map(({ path, message }) => `  ${path || 'the document'} ${message}`).join('\n')}`;
