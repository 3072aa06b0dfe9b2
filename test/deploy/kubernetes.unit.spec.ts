import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1';
import * as apps from 'kubernetes-models/apps/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';

const folder = fileURLToPath(new URL('../../deploy/kubernetes', import.meta.url));

interface Manifest {
  readonly file: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly spec: any;
}

type Model = new (manifest: object) => { validate(): void };

const models: Readonly<Record<string, object>> = {
  v1: core,
  'apps/v1': apps,
  'policy/v1': policy,
  'networking.k8s.io/v1': networking,
  'keda.sh/v1alpha1': keda,
};

const manifests: Manifest[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml')
  .flatMap((file) =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => ({
      file,
      ...(document.toJS() as Omit<Manifest, 'file'>),
    })),
  );

const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);

describe('the Kubernetes manifests', () => {
  test.each(
    manifests.map((manifest) => ({
      which: `${manifest.file}: ${manifest.kind} ${manifest.metadata.name}`,
      manifest,
    })),
  )('$which is what the schema of its kind says', ({ manifest: { file: _file, ...manifest } }) => {
    const model = (models[manifest.apiVersion] as Record<string, Model> | undefined)?.[manifest.kind];
    expect(model).toBeDefined();
    expect(() => new model!(manifest).validate()).not.toThrow();
  });

  test('a manifest that is wrong is found: the check can fail', () => {
    const [deployment] = of('Deployment');
    const { file: _file, ...broken } = structuredClone(deployment!);
    broken.spec.template.spec.containers[0].ports[0].containerPort = 'http';
    expect(() => new (apps.Deployment as unknown as Model)(broken).validate()).toThrow();
  });

  test('every service has probes, limits, no rights it does not need, and one that guards its number', () => {
    expect(of('Deployment').map(({ metadata }) => metadata.name)).toEqual([
      'ingest',
      'notification',
      'program',
    ]);
    for (const { metadata, spec } of of('Deployment')) {
      const pod = spec.template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true });
      expect(pod.automountServiceAccountToken).toBe(false);
      for (const container of pod.containers) {
        expect(container.image).toMatch(/:\d/);
        expect(container).toMatchObject({
          startupProbe: { httpGet: { path: '/health/live' } },
          livenessProbe: { httpGet: { path: '/health/live' } },
          readinessProbe: { httpGet: { path: '/health/ready' } },
          resources: { requests: expect.anything(), limits: expect.anything() },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        });
      }
      const mine = (kind: string) => of(kind).filter((manifest) => manifest.metadata.name === metadata.name);
      for (const kind of ['Service', 'PodDisruptionBudget', 'ScaledObject'])
        expect(mine(kind)).toHaveLength(1);
      const labels = spec.template.metadata.labels;
      expect(labels).toMatchObject(mine('Service')[0]!.spec.selector);
      expect(labels).toMatchObject(mine('PodDisruptionBudget')[0]!.spec.selector.matchLabels);
      expect(mine('ScaledObject')[0]!.spec.scaleTargetRef.name).toBe(metadata.name);
    }
  });

  test('what is applied together is all there, and no secret among it', () => {
    const { resources } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as {
      resources: string[];
    };
    const files = new Set(manifests.filter(({ kind }) => kind !== 'Secret').map(({ file }) => file));
    expect(new Set(resources)).toEqual(files);
  });
});
