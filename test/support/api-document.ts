import { Ajv } from 'ajv';

export interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly security: readonly object[];
  readonly 'x-roles'?: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: Record<string, Media> }>
  >;
}

interface Media {
  readonly schema?: object;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The document at /docs-json, as far as tests ask it. */
export class ApiDocument {
  private constructor(
    readonly tags: readonly { readonly name: string; readonly description: string }[],
    readonly operations: ReadonlyMap<string, Operation>,
  ) {}

  static async of(address: string): Promise<ApiDocument> {
    const document = (await (await fetch(`${address}/docs-json`)).json()) as {
      tags: { name: string; description: string }[];
      paths: Record<string, Record<string, Operation>>;
    };
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );
    return new ApiDocument(document.tags, new Map(operations));
  }

  /** Bodies of an operation (`POST /v1/patients`) by what they are about. */
  examplesOf(operation: string): [string, unknown][] {
    const examples = this.operations.get(operation)?.requestBody?.content['application/json']?.examples ?? {};
    return Object.entries(examples).map(([name, { value }]) => [name, value]);
  }

  /** What is wrong with an answer, going by its description; empty when nothing is. */
  faultsOf(operation: string, status: number, body: unknown): string[] {
    const response = this.operations.get(operation)?.responses[status];
    const schema = response?.content?.['application/json']?.schema;
    if (!schema) return [`${operation} does not describe ${status}`];
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } });
    const valid = ajv.validate(schema, body);
    return valid
      ? []
      : (ajv.errors ?? []).map(
          (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
        );
  }
}
