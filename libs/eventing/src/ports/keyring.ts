/** A key per patient. Deleting it makes every free text of that patient unreadable, in every copy. */
export interface Keyring {
  /** The patient's 32-byte key, made durably on first use. @throws KeyErased when it was erased: nothing may be encrypted for them again. */
  keyFor(patientId: string): Promise<Uint8Array>;
  /** The key, or undefined when there never was one or it was erased. */
  find(patientId: string): Promise<Uint8Array | undefined>;
  erase(patientId: string): Promise<void>;
  close(): Promise<void>;
}
