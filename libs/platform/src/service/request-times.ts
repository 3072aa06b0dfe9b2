import type { Metric } from 'prom-client';

/** Upper ends of the buckets, s. */
const bounds = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** How long answers of one kind took. */
export class Times {
  /** By bucket; the last is for what is longer than all. */
  readonly counts = new Array<number>(bounds.length + 1).fill(0);
  sum = 0;

  constructor(
    readonly labels: { readonly method: string; readonly route: string; readonly status: number },
  ) {}

  add(seconds: number): void {
    let bucket = 0;
    while (bucket < bounds.length && seconds > bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += seconds;
  }
}

/**
 * A histogram of the time from request to answer, by method, route and status. prom-client's own makes a text of the labels for each value:
 * here whoever answers thousands a second keeps the `Times` that they add to.
 */
export class RequestTimes {
  readonly name = 'coxa_http_request_seconds';
  private readonly kinds = new Map<string, Times>();

  of(method: string, route: string, status: number): Times {
    const key = `${method} ${route} ${status}`;
    let times = this.kinds.get(key);
    if (!times) this.kinds.set(key, (times = new Times({ method, route, status })));
    return times;
  }

  /** For prom-client's registry, which asks a metric for its name and for this. */
  get asMetric(): Metric {
    return this as unknown as Metric;
  }

  async get() {
    return {
      name: this.name,
      help: 'Time from request to answer, by route and status',
      type: 'histogram',
      aggregator: 'sum',
      values: [...this.kinds.values()].flatMap((times) => this.valuesOf(times)),
    };
  }

  private valuesOf({ labels, counts, sum }: Times) {
    let count = 0;
    const buckets = counts.map((more, i) => ({
      metricName: `${this.name}_bucket`,
      labels: { le: bounds[i] ?? '+Inf', ...labels },
      value: (count += more),
    }));
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
