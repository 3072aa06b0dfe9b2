import { Histogram, Registry } from 'prom-client';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RequestTimes } from './request-times.js';

const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const labelNames = ['method', 'route', 'status'] as const;

test("given any times of any kinds of answers, then Prometheus reads of them what it would of prom-client's own histogram", async () => {
  const kind = fc.record({
    method: fc.constantFrom('GET', 'POST'),
    route: fc.constantFrom('/v1/readings', '/v1/patients/:id'),
    status: fc.constantFrom(200, 202, 503),
  });
  const seconds = fc.oneof(fc.constantFrom(...buckets), fc.double({ min: 0, max: 10, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(kind, seconds), { maxLength: 40 }), async (answers) => {
      const [own, other] = [new Registry(), new Registry()];
      const times = new RequestTimes();
      own.registerMetric(times.asMetric);
      const help = 'Time from request to answer, by route and status';
      const theirs = new Histogram({ name: times.name, help, labelNames, buckets, registers: [other] });
      for (const [labels, value] of answers) {
        times.of(labels.method, labels.route, labels.status).add(value);
        theirs.observe(labels, value);
      }
      const linesOf = async (registry: Registry) => (await registry.metrics()).split('\n').sort();
      expect(await linesOf(own)).toEqual(await linesOf(other));
    }),
    { numRuns: 200 },
  );
});
