/** What was started for the whole run, to be stopped at its end. Setup and teardown are loaded apart, so it hangs on the process. */
const place = globalThis as { coxaServers?: { stop(): Promise<void> }[] };
export const running = (place.coxaServers ??= []);
