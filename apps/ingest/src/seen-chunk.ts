/** Sequences of one session that are kept together: so many in a row. */
const chunkSize = 64;
/**
 * Chunks whose numbers lie in one piece of memory: an array each would take twice the room. It is given back once none of them is needed, so they are few:
 * one chunk that stays in use holds the room of all.
 */
const blockChunks = 8;

/** Where something lies in the topic. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** The chunk of a session that a sequence belongs to. */
export const chunkKeyOf = (session: string, sequence: number): string =>
  `${session}/${Math.floor(sequence / chunkSize)}`;

interface Block {
  readonly offsets: Float64Array;
  readonly partitions: Uint16Array;
  /** Chunks that have their place in it. */
  taken: number;
}

const emptyBlock = (): Block => ({
  offsets: new Float64Array(blockChunks * chunkSize).fill(-1),
  partitions: new Uint16Array(blockChunks * chunkSize),
  taken: 0,
});

let block = emptyBlock();

/** Which of some sequences in a row have been taken, and where they lie. 640 bytes, however many there are. */
export class SeenChunk {
  private readonly block: Block;
  private readonly begin: number;

  /** `saved` is what `toJSON` gave. */
  constructor(saved: readonly number[] = []) {
    if (block.taken === blockChunks) block = emptyBlock();
    this.block = block;
    this.begin = chunkSize * block.taken++;
    for (let i = 0; i + 2 < saved.length; i += 3) this.set(saved[i]!, saved[i + 1]!, saved[i + 2]!);
  }

  find(sequence: number): Place | undefined {
    const at = this.begin + (sequence % chunkSize);
    const offset = this.block.offsets[at]!;
    return offset < 0 ? undefined : { partition: this.block.partitions[at]!, offset };
  }

  /** Notes where a sequence lies; the first place stands. */
  note(sequence: number, { partition, offset }: Place): void {
    const index = sequence % chunkSize;
    if (this.block.offsets[this.begin + index]! < 0) this.set(index, partition, offset);
  }

  /** Index, partition and offset of each, one after the other. */
  toJSON(): number[] {
    const saved: number[] = [];
    for (let index = 0; index < chunkSize; index++) {
      const place = this.find(index);
      if (place) saved.push(index, place.partition, place.offset);
    }
    return saved;
  }

  private set(index: number, partition: number, offset: number): void {
    this.block.partitions[this.begin + index] = partition;
    this.block.offsets[this.begin + index] = offset;
  }
}
