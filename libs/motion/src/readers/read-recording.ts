import { implausible } from './plausible.js';
import { looksLikeOpenSim, readOpenSim } from './opensim.js';
import type { ReadRecording, RefusedRecording } from './recorded-session.js';
import { looksLikeSensorLogger, readSensorLogger, readSensorLoggerJson } from './sensor-logger.js';
import { readTable } from './table-with-units.js';
import { headOf, notText } from './text-head.js';
import { looksLikeDot, readDot } from './xsens-dot.js';
import { looksLikeMt, readMt } from './xsens-mt.js';

/**
 * Reads a device's own file: Xsens DOT CSV, Xsens MT text, OpenSim .mot and .sto, Sensor Logger, phyphox, plain CSV with units in the titles. The
 * content decides, the file's name only helps to say what was sent. What is not recognised is refused, with what was seen; never throws.
 */
export function readRecording(bytes: Uint8Array, filename?: string): ReadRecording | RefusedRecording {
  const read = recognised(bytes, filename);
  if (!read.ok) return read;
  const faults = read.sessions.map(implausible);
  const sound = read.sessions.filter((_, i) => faults[i] === undefined);
  const reason = faults.find((fault) => fault !== undefined);
  if (sound.length === 0) return { ok: false, reason: reason ?? 'a recording without a sensor' };
  return { ...read, sessions: sound };
}

function recognised(bytes: Uint8Array, filename: string | undefined): ReadRecording | RefusedRecording {
  const binary = notText(bytes);
  if (binary) return { ok: false, reason: binary };
  const head = headOf(bytes);
  const first = head.lines.find(({ text }) => text.trim() !== '')?.text.trim() ?? '';
  if (first.startsWith('[') || first.startsWith('{')) return readJson(bytes);
  if (first.startsWith('<')) return { ok: false, reason: `markup (${first.slice(0, 40)}), not a recording` };
  // Before Xsens DOT, whose tables with tabs begin alike.
  if (looksLikeMt(head)) return readMt(bytes, head);
  if (looksLikeDot(head)) return readDot(bytes, head);
  if (looksLikeOpenSim(head)) return readOpenSim(bytes, head);
  if (looksLikeSensorLogger(head)) return readSensorLogger(bytes, head, filename);
  return readTable(bytes, head);
}

function readJson(bytes: Uint8Array): ReadRecording | RefusedRecording {
  let value: unknown;
  try {
    value = JSON.parse(utf8(bytes));
  } catch {
    return { ok: false, reason: 'text that begins like JSON and is none' };
  }
  if (Array.isArray(value) && value.some((row) => typeof (row as { sensor?: unknown })?.sensor === 'string'))
    return readSensorLoggerJson(value);
  return { ok: false, reason: 'JSON, but not the export of a known app' };
}

/** ASCII and Latin-1 of the bytes; all that the known exports write in JSON. */
function utf8(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text.replace(/^\u00ef\u00bb\u00bf/, '');
}
