import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAllInOne } from '@coxa/all-in-one';
import { loadConfig, type TokenRequest } from '@coxa/platform/local';
import { Client, waitUntilReady } from '../client.js';
import { Progress, table } from '../output.js';
import { clinic, type Story } from '../synthetic/clinic.js';
import { days, historyOf, type Target } from '../synthetic/history.js';

const doctor: TokenRequest = { role: 'clinician', subject: 'dr-lee' };

interface Program {
  readonly phase: { readonly id: string; readonly name: string };
  readonly targets: readonly (Target & {
    readonly decision: string;
    readonly rule: string;
    readonly reason: string;
  })[];
  readonly holds: readonly { readonly rule: string; readonly reason: string }[];
  readonly today: readonly { readonly exercise: string; readonly why: string }[];
}

interface Happened {
  readonly type: string;
  readonly at: string;
  readonly reason: string;
  readonly data: { readonly decision?: string; readonly rule?: string };
}

type Turning = Pick<Happened, 'at' | 'reason'>;

/** A small clinic with eight weeks of history, on a temporary folder. */
export async function demo({ json }: { readonly json?: boolean }): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'coxa-demo-'));
  const service = await startAllInOne(
    loadConfig({ COXA_DATA_DIR: dataDir, COXA_PORT: process.env['COXA_PORT'] ?? '0' }, 0),
  );
  const client = new Client(service.address, dataDir);
  await waitUntilReady(service.address);
  const now = Date.now();
  const progress = new Progress('eight weeks of six people', clinic.length * days);
  let done = 0;
  for (const story of clinic) {
    const device = await enrol(client, story, now - days * 86_400_000);
    await live(client, story, device, now, () => progress.show(++done));
  }
  const report = await Promise.all(clinic.map((story) => reportOf(client, story)));
  const alarms = await client.call<{
    items: { patientId: string; rule: string; severity: string; reason: string }[];
  }>(doctor, 'GET', '/v1/alarms?state=active&limit=200');
  if (json) process.stdout.write(`${JSON.stringify({ patients: report, alarms: alarms.items })}\n`);
  else print(report, alarms.items, service.address, await client.token(doctor));
  if (process.stdout.isTTY && !json) {
    await new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
    });
  }
  await service.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function enrol(
  client: Client,
  { id, name, side, birthYear, zone, pain, rotationDeg, startLoadKg }: Story,
  at: number,
): Promise<{ deviceId: string; token: string }> {
  const enrolledAt = new Date(at).toISOString();
  const measured = Math.round(rotationDeg[0]);
  await client.call(doctor, 'POST', '/v1/patients', {
    id,
    name,
    side,
    birthYear,
    zone,
    enrolledAt,
    startLoadKg,
    consent: { version: '1', at: enrolledAt },
    screening: { flags: [], exclusions: [] },
    baseline: {
      pain: pain[0],
      rotation: [
        {
          id: `${id}-baseline`,
          at: enrolledAt,
          side,
          position: 'seated',
          motion: 'active',
          instrument: 'goniometer',
          measuredBy: 'dr-lee',
          valuesDeg: [measured, measured + 1, measured - 1],
        },
      ],
    },
    education: { acknowledgedAt: enrolledAt },
  });
  return client.call(doctor, 'POST', '/v1/devices', {
    patientId: id,
    kind: 'imu',
    segment: 'thigh',
    side,
    model: 'demo-imu',
    mounting: [1, 0, 0, 0],
  });
}

/** Sends a person's days in order, asking for the target on the days they train. */
async function live(
  client: Client,
  story: Story,
  device: { deviceId: string; token: string },
  now: number,
  onDay: () => void,
): Promise<void> {
  let position = '';
  let measured = '';
  for (const [day, { checkIns, recording, at }] of historyOf(story, now).entries()) {
    const trains = day % 7 === 1;
    const query = `asOf=${encodeURIComponent(at)}${position ? `&after=${position}` : ''}`;
    const target = trains
      ? (await client.call<Program>(doctor, 'GET', `/v1/patients/${story.id}/program?${query}`)).targets[0]
      : undefined;
    if (recording)
      ({ position: measured } = await client.call<{ position: string }>(
        device.token,
        'POST',
        '/v1/readings',
        {
          deviceId: device.deviceId,
          kind: 'imu',
          segment: 'thigh',
          side: story.side,
          position: 'seated',
          purpose: 'measurement',
          last: true,
          ...recording,
        },
      ));
    const said = checkIns(target);
    if (said.length > 0)
      ({ position } = await client.call<{ position: string }>(doctor, 'POST', '/v1/check-ins', said));
    onDay();
  }
  // The last word has arrived everywhere before anything is shown.
  if (measured) await client.call(doctor, 'GET', `/v1/patients/${story.id}/rotation?after=${measured}`);
  if (position) await client.call(doctor, 'GET', `/v1/alarms?after=${position}`);
}

async function reportOf(client: Client, { id, name, what }: Story) {
  const path = `/v1/patients/${id}`;
  const { phase, targets, holds, today } = await client.call<Program>(doctor, 'GET', `${path}/program`);
  return { id, name, what, phase, targets, holds, today, turning: await turningPoint(client, path) };
}

/** The newest time at which the programme did not go on as usual. */
async function turningPoint(client: Client, path: string): Promise<Turning | undefined> {
  const unusual = ({ type, data }: Happened) =>
    ['exercise-stopped', 'data-missing', 'red-flag-reported'].includes(type) ||
    (type === 'target-decided' &&
      // A lighter week is part of the plan.
      data.rule !== 'O6' &&
      (data.decision === 'regress' || data.decision === 'hold'));
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: Happened[]; next: string | null } = await client.call(
      doctor,
      'GET',
      `${path}/timeline?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
    );
    const found = page.items.find(unusual);
    if (found) return found;
    cursor = page.next;
  }
  return undefined;
}

function print(
  report: readonly Awaited<ReturnType<typeof reportOf>>[],
  alarms: readonly { patientId: string; rule: string; severity: string; reason: string }[],
  address: string,
  token: string,
): void {
  const dose = ({ exercise, sets, reps, loadKg, decision, rule }: Program['targets'][number]) =>
    `${exercise} ${sets} × ${reps} at ${loadKg} kg  (${decision}, ${rule})`;
  const standing = (targets: string, holds: Program['holds']) =>
    holds.length === 0
      ? targets
      : `held (${holds.map(({ rule }) => rule).join(', ')}); before that ${targets}`;
  console.log(
    `\n${table([['patient', 'who', 'phase', 'target'], ...report.map(({ name, what, phase, targets, holds }) => [name, what, `${phase.id} ${phase.name}`, standing(targets.map(dose).join('; ') || '-', holds)])])}\n`,
  );
  console.log('Why');
  for (const { name, targets, holds, today, turning } of report) {
    console.log(`  ${name}: ${(holds.length > 0 ? holds : targets).map(({ reason }) => reason).join(' ')}`);
    const [first] = today;
    if (first && !targets.some(({ reason }) => reason === first.why))
      console.log(`    today: ${first.why.split(/(?<=\.)/)[0]!}`);
    if (turning && !targets.some(({ reason }) => reason === turning.reason))
      console.log(`    on ${turning.at.slice(0, 10)}: ${turning.reason}`);
  }
  console.log('\nOpen alarms');
  console.log(
    alarms.length === 0
      ? '  none'
      : table(alarms.map(({ patientId, severity, rule, reason }) => ['', patientId, severity, rule, reason])),
  );
  if (!process.stdout.isTTY) return;
  console.log(`\nLook around: ${address}/docs\nA clinician's token:\n  ${token}`);
  console.log('\nCtrl-C ends the demo and removes its folder.');
}
