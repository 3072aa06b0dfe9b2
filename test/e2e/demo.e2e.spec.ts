import { expect, test } from '@jest/globals';
import { coxa, documentOf } from '../support/coxa.js';
import { tempFolder } from '../support/temp-folder.js';

interface Shown {
  readonly patients: readonly {
    readonly id: string;
    readonly phase: { readonly id: string };
    readonly targets: readonly { readonly reason: string; readonly rule: string }[];
    readonly holds: readonly { readonly rule: string }[];
    readonly turning?: { readonly reason: string };
  }[];
  readonly alarms: readonly {
    readonly patientId: string;
    readonly rule: string;
    readonly severity: string;
  }[];
}

test('the demo shows six people, each with the target or the hold that their story is about, and the alarms', async () => {
  const folder = await tempFolder();
  const ran = await coxa(folder.path, 'demo', '--json');
  await folder.remove();
  expect(ran.code).toBe(0);
  const { patients, alarms } = documentOf<Shown & Record<string, unknown>>(ran);
  expect(patients).toHaveLength(6);
  for (const { targets } of patients) for (const { reason } of targets) expect(reason).not.toBe('');
  const of = (name: string) => patients.find(({ id }) => id === `demo-${name}`)!;
  expect(of('ben').turning?.reason).toContain('It hurt while you trained');
  // Eight weeks end today: on two days of the week a lighter one (O6) has just been closed for these two.
  expect(['S8', 'O6']).toContain(of('cleo').targets[0]!.rule);
  expect(['U1', 'O6']).toContain(of('finn').targets[0]!.rule);
  expect(of('eva').holds).toMatchObject([{ rule: 'S1' }]);
  const told = alarms.map(({ patientId, rule, severity }) => `${patientId} ${rule} ${severity}`);
  expect(told).toEqual(expect.arrayContaining(['demo-dov pain-spike HIGH', 'demo-eva red-flag HIGH']));
});
