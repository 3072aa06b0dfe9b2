/** A port for one test: fresh, and openable again on the same storage. */
export interface Opened<Port> {
  readonly port: Port;
  /** With what the names of this test's streams begin, where a server is shared and keeps them. */
  readonly prefix?: string;
  /** Closes it and opens the same storage anew. */
  reopen(): Promise<Port>;
  /** Closes it and takes the storage away. */
  destroy(): Promise<void>;
}
