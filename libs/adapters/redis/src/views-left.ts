import { Cluster, type Redis } from 'ioredis';
import { connect } from './connect.js';
import { unfit, withoutSecrets } from './faults.js';

/** Whether any view of an installation lies in a Redis. @throws EngineError `backend-unfit` */
export async function viewsLeft(url: string, prefix: string): Promise<boolean> {
  const redis = await connect(url);
  try {
    const nodes = redis instanceof Cluster ? redis.nodes('master') : [redis as Redis];
    for (const node of nodes)
      for await (const keys of node.scanStream({ match: `${prefix}:*`, count: 1_000 }) as AsyncIterable<
        string[]
      >)
        if (keys.length > 0) return true;
    return false;
  } catch (error) {
    throw unfit(withoutSecrets(url), error);
  } finally {
    redis.disconnect();
  }
}
