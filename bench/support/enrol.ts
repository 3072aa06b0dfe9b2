import type { Callable } from './server.js';

/** Enrols somebody a minute ago, in the care of `doctor` (a token). */
export async function enrolPatient(server: Callable, doctor: string, id: string): Promise<void> {
  const at = new Date(Date.now() - 60_000).toISOString();
  const { status, body } = await server.call('POST', '/v1/patients', doctor, {
    id,
    enrolledAt: at,
    zone: 'UTC',
    side: 'left',
    birthYear: 1980,
    consent: { version: '1', at },
    screening: { flags: [], exclusions: [] },
    baseline: { pain: 2 },
  });
  if (status !== 201) throw new Error(`${id} could not be enrolled: ${body}`);
}
