/** As many devices as the most connections of any load: each sends its own session. */
export const devices = 512;
export const subjectOf = (index: number): string => `device-${String(index).padStart(4, '0')}`;

export interface Hello {
  readonly port: number;
  readonly tokens: readonly string[];
}

/** Tells the bench that the server is ready, on the one line it waits for. */
export const say = (hello: Hello): void => {
  process.stdout.write(`\nready ${JSON.stringify(hello)}\n`);
};
