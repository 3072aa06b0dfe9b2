import { randomBytes } from 'node:crypto';
import { EngineError, type Keyring, masterKey, unwrapKey, wrapKey } from '@coxa/eventing';
import { bytesOf, inTransaction, openDatabase, type SqliteDatabase } from './database.js';

interface Row {
  /** null: erased */
  readonly wrapped: unknown;
}

/**
 * Keys per patient in a file of their own, each wrapped (AES-256-GCM) by a master key that lies beside it, readable by its owner alone.
 * `secure_delete` overwrites an erased key, and the write-ahead log is emptied at once, so no copy stays behind in the files.
 */
export class SqliteKeyring implements Keyring {
  private readonly database: SqliteDatabase;
  private readonly master: Uint8Array;
  private readonly known = new Map<string, Uint8Array>();

  constructor(
    private readonly path: string,
    masterPath: string,
  ) {
    this.master = masterKey(masterPath);
    this.database = openDatabase(path, 'FULL');
    this.database.pragma('secure_delete = ON');
    this.database.exec('CREATE TABLE IF NOT EXISTS keys (patient TEXT PRIMARY KEY, wrapped BLOB)');
  }

  async keyFor(patientId: string): Promise<Uint8Array> {
    const key = await this.find(patientId);
    if (key) return key;
    if (this.row(patientId))
      throw new EngineError(
        'key-erased',
        'the key was erased: nothing may be encrypted for this person again',
      );
    const fresh = randomBytes(32);
    inTransaction(this.database, this.path, () =>
      this.database.prepare('INSERT INTO keys VALUES (?, ?)').run(patientId, wrapKey(this.master, fresh)),
    );
    this.known.set(patientId, fresh);
    return fresh;
  }

  async find(patientId: string): Promise<Uint8Array | undefined> {
    const cached = this.known.get(patientId);
    if (cached) return cached;
    const wrapped = this.row(patientId)?.wrapped;
    if (!wrapped) return undefined;
    const key = unwrapKey(this.master, bytesOf(wrapped));
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(patientId, key);
    return key;
  }

  async erase(patientId: string): Promise<void> {
    inTransaction(this.database, this.path, () =>
      this.database
        .prepare('INSERT INTO keys VALUES (?, NULL) ON CONFLICT DO UPDATE SET wrapped = NULL')
        .run(patientId),
    );
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    this.known.delete(patientId);
  }

  /** Every key there is, by patient; null: erased. */
  all(): Map<string, Uint8Array | null> {
    const rows = this.database.prepare('SELECT patient, wrapped FROM keys ORDER BY patient').all() as (Row & {
      readonly patient: string;
    })[];
    return new Map(
      rows.map(({ patient, wrapped }) => [
        patient,
        wrapped ? unwrapKey(this.master, bytesOf(wrapped)) : null,
      ]),
    );
  }

  async close(): Promise<void> {
    this.database.close();
  }

  private row(patientId: string): Row | undefined {
    return this.database.prepare('SELECT wrapped FROM keys WHERE patient = ?').get(patientId) as
      Row | undefined;
  }
}
