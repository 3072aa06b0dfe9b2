/** Which methods a path knows, so that a wrong one is told apart from a wrong path. */
export class RouteTable {
  private readonly routes: { readonly method: string; readonly pattern: RegExp }[] = [];

  add(methods: string | readonly string[], url: string): void {
    const source = url
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z]+/g, '[^/]+')
      .replaceAll('*', '.*');
    for (const method of [methods].flat()) this.routes.push({ method, pattern: new RegExp(`^${source}$`) });
  }

  methodsOf(url: string): string[] {
    const path = url.split('?')[0]!;
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  }
}
