/** An answer, read to its end. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

/** Speaks to one server as one person. */
export class Api {
  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  /** Asked for what is not there yet, the server waits for five seconds and says 503: then it is asked again, as it says. */
  async get<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    const patient = path.includes('after=') ? 8 : 1;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.call<T>('GET', path);
      if (answer.status !== 503 || attempt === patient) return answer;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }

  post<T = Record<string, unknown>>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call('POST', path, body);
  }

  put<T = Record<string, unknown>>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call('PUT', path, body);
  }

  patch<T = Record<string, unknown>>(path: string, body: unknown): Promise<Answer<T>> {
    return this.call('PATCH', path, body);
  }

  delete<T = Record<string, unknown>>(path: string): Promise<Answer<T>> {
    return this.call('DELETE', path);
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as T, headers: response.headers };
  }
}
