/** Sequences of one session that are kept together: so many in a row. */
const chunkSize = 64;

/** Where something lies in the topic. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** The chunk of a session that a sequence belongs to. */
export const chunkKeyOf = (session: string, sequence: number): string =>
  `${session}/${Math.floor(sequence / chunkSize)}`;

/** Which of some sequences in a row have been taken, and where they lie. A few hundred bytes, however many there are. */
export class SeenChunk {
  private readonly offsets = new Float64Array(chunkSize).fill(-1);
  private readonly partitions = new Uint16Array(chunkSize);

  /** `saved` is what `toJSON` gave. */
  constructor(saved: readonly number[] = []) {
    for (let i = 0; i + 2 < saved.length; i += 3) {
      this.partitions[saved[i]!] = saved[i + 1]!;
      this.offsets[saved[i]!] = saved[i + 2]!;
    }
  }

  find(sequence: number): Place | undefined {
    const index = sequence % chunkSize;
    const offset = this.offsets[index]!;
    return offset < 0 ? undefined : { partition: this.partitions[index]!, offset };
  }

  /** Notes where a sequence lies; the first place stands. */
  note(sequence: number, { partition, offset }: Place): void {
    const index = sequence % chunkSize;
    if (this.offsets[index]! >= 0) return;
    this.partitions[index] = partition;
    this.offsets[index] = offset;
  }

  /** Index, partition and offset of each, one after the other. */
  toJSON(): number[] {
    const saved: number[] = [];
    this.offsets.forEach((offset, index) => {
      if (offset >= 0) saved.push(index, this.partitions[index]!, offset);
    });
    return saved;
  }
}
