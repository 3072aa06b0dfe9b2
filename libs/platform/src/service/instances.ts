import { namesOf } from '@coxa/contracts';
import { type MessageLog, ownTurn, SharedTurn, type Turn } from '@coxa/eventing';
import type { Config } from '../config.js';

/** Whether other processes read and write the same views. Embedded storage belongs to one process. */
export const sharesViews = ({ views }: Config): boolean => views !== 'embedded';

/** The turn of a service: which of its instances folds views and publishes. It goes with the registry's only partition. */
export const turnOf = ({ log: kind, prefix }: Config, log: MessageLog, service: string): Turn =>
  kind === 'embedded' ? ownTurn : new SharedTurn(log, namesOf(prefix).registry, `${service}-turn`);
