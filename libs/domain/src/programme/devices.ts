import type { ProgrammeCommand } from '../model/command.js';
import type { DeviceFact, Instant } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import { deviceOfSession } from './device-facts.js';
import { iso, type Run } from './run.js';

const dayMs = 86_400_000;

type Command<Kind extends ProgrammeCommand['kind']> = Extract<ProgrammeCommand, { kind: Kind }>;

/** A device whose silence is to be noticed from now on, once. */
export function assignDevice(run: Run, { deviceId, side, at, receivedAt }: Command<'assign-device'>): void {
  if (known(run, deviceId)) return;
  run.emit({
    type: 'device-assigned',
    at,
    recordedAt: receivedAt,
    reason: 'A device was registered.',
    data: { deviceId, side },
  });
}

/** A device that was revoked is waited for no longer. */
export function withdrawDevice(run: Run, { deviceId, receivedAt }: Command<'withdraw-device'>): void {
  const device = known(run, deviceId);
  if (device) over(run, 'device-withdrawn', device, receivedAt, receivedAt, 'A device was taken away.');
}

/**
 * A session of a device has ended: a silence that was reported is over when its last batch is fresh enough. More of a session that is
 * known is a sign of life too; of these one a day is kept.
 */
export function hearDevice(run: Run, { sessionId, heardAt, receivedAt }: Command<'record-recording'>): void {
  const device = known(run, deviceOfSession(sessionId));
  if (!device) return;
  const at = Date.parse(heardAt ?? receivedAt);
  const fresh = Date.parse(receivedAt) - at < deadline(run.ruleset.parameters);
  if (device.silent ? fresh : at - device.heardAt >= dayMs)
    over(run, 'device-heard', device, iso(at), receivedAt, 'A device was heard of.');
}

/** Reports each device of which nothing was heard for so long (D10), once for each silence. */
export function reportSilent(run: Run, now: Instant): void {
  const { deviceOfflineDays: days } = run.ruleset.parameters;
  for (const { deviceId, side, heardAt, silent } of run.state.devices) {
    const at = heardAt + deadline(run.ruleset.parameters);
    if (silent || at > now) continue;
    run.emit({
      type: 'device-silent',
      at: iso(at),
      recordedAt: iso(now),
      reason: `A device has sent nothing for ${days} days: it may be empty, or lie in a drawer.`,
      data: { deviceId, side, since: iso(heardAt), days },
    });
  }
}

/** When the next silence is to be reported; Infinity when none is. */
export function silenceDue(devices: readonly DeviceFact[], parameters: Parameters): Instant {
  let due = Infinity;
  for (const { heardAt, silent } of devices) if (!silent) due = Math.min(due, heardAt + deadline(parameters));
  return due;
}

const deadline = ({ deviceOfflineDays }: Parameters): number => deviceOfflineDays * dayMs;

const known = (run: Run, deviceId: string): DeviceFact | undefined =>
  run.state.devices.find((device) => device.deviceId === deviceId);

function over(
  run: Run,
  type: 'device-heard' | 'device-withdrawn',
  { deviceId, side }: DeviceFact,
  heardAt: string,
  recordedAt: string,
  reason: string,
): void {
  const others = run.state.devices.filter(
    (other) => other.deviceId !== deviceId && other.side === side && other.silent,
  );
  run.emit({
    type,
    at: recordedAt,
    recordedAt,
    reason,
    data: { deviceId, side, heardAt, othersSilent: others.length },
  });
}
