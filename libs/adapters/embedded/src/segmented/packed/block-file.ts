import { crc32c } from '@node-rs/crc32';

/**
 * A packed segment is a row of blocks. All numbers are little-endian.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0-3 | magic |
 * | 4-7 | CRC-32C of everything from byte 8 on |
 * | 8-11 | length of the body |
 * | 12-15 | length of the frames within, unpacked |
 * | 16-23 | offset of the first record (float64) |
 * | 24-31 | newest receive time, epoch ms (float64) |
 * | 32-35 | number of records |
 * | 36-39 | 1: the body is packed (see `packBlock`); 0: it is the frames as they were |
 * | 40- | body |
 */
export const blockHeaderBytes = 40;
const magic = 0x7a584f43; // "COXz"
/** No block is longer: a length beyond this is damage, not data. */
const maxBlockBytes = 32 * 1024 * 1024;

export interface BlockHeader {
  /** Of the whole block. */
  readonly bytes: number;
  readonly rawBytes: number;
  readonly firstOffset: number;
  readonly newestAt: number;
  readonly count: number;
  readonly packed: boolean;
}

export function blockOf(header: Omit<BlockHeader, 'bytes'>, body: Uint8Array): Buffer {
  const block = Buffer.allocUnsafe(blockHeaderBytes + body.length);
  block.writeUInt32LE(magic, 0);
  block.writeUInt32LE(body.length, 8);
  block.writeUInt32LE(header.rawBytes, 12);
  block.writeDoubleLE(header.firstOffset, 16);
  block.writeDoubleLE(header.newestAt, 24);
  block.writeUInt32LE(header.count, 32);
  block.writeUInt32LE(header.packed ? 1 : 0, 36);
  block.set(body, blockHeaderBytes);
  block.writeUInt32LE(crc32c(block.subarray(8)), 4);
  return block;
}

/** Bytes of the block that begins with this header; undefined when none does. */
export function blockBytes(header: Buffer): number | undefined {
  if (header.length < blockHeaderBytes || header.readUInt32LE(0) !== magic) return undefined;
  const bytes = blockHeaderBytes + header.readUInt32LE(8);
  return bytes <= maxBlockBytes ? bytes : undefined;
}

/** The header of a whole block; undefined when a bit of it is wrong. */
export function checkedHeader(block: Buffer): BlockHeader | undefined {
  if (blockBytes(block) !== block.length) return undefined;
  if (crc32c(block.subarray(8)) !== block.readUInt32LE(4)) return undefined;
  return {
    bytes: block.length,
    rawBytes: block.readUInt32LE(12),
    firstOffset: block.readDoubleLE(16),
    newestAt: block.readDoubleLE(24),
    count: block.readUInt32LE(32),
    packed: block.readUInt32LE(36) === 1,
  };
}
