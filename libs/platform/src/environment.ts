export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and keeps every fault, so that all are told at once. */
export class EnvironmentReader {
  readonly faults: string[] = [];

  constructor(private readonly env: Environment) {}

  /** Empty counts as not set. */
  text(name: string): string | undefined {
    const value = this.env[name];
    return value === '' ? undefined : value;
  }

  /** Writes a fault down: the name, the value seen without user and password, what is expected. */
  fault(name: string, expected: string): void {
    const value = this.text(name);
    const seen = value === undefined ? 'not set' : JSON.stringify(withoutSecrets(value));
    this.faults.push(`${name} is ${seen}; expected ${expected}`);
  }

  choice<T extends string>(name: string, values: readonly T[], otherwise: T): T {
    const value = this.text(name) ?? otherwise;
    if (values.includes(value as T)) return value as T;
    this.fault(name, values.join(' or '));
    return otherwise;
  }

  matching(name: string, shape: RegExp, expected: string, otherwise: string): string {
    const value = this.text(name) ?? otherwise;
    if (!shape.test(value)) this.fault(name, expected);
    return value;
  }

  /** `several`: hosts may be named side by side, with commas, as those of a cluster. */
  url(name: string, protocols: readonly string[], several = false): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const one = several ? value.replace(/(,[^,/?@]+)+(?=[/?]|$)/, '') : value;
    if (!protocols.includes(URL.canParse(one) ? new URL(one).protocol : ''))
      this.fault(name, `an address starting with ${protocols.join(' or ')}`);
    return value;
  }
}

/** Takes user and password out of an address, even one that is no address. */
const withoutSecrets = (value: string): string => value.replace(/^([a-z+]+:\/\/)?.*@/is, '$1***@');
