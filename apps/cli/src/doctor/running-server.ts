import { runningServer } from '../client.js';
import { fault, type Finding, ok } from './finding.js';

/** Whether the server of the folder, if one runs, is well by its own word. */
export async function runningFindings(dataDir: string): Promise<Finding[]> {
  const address = await runningServer(dataDir);
  if (!address) return [ok('server', dataDir, 'none runs on this folder')];
  const response = await fetch(`${address}/health/ready`, { signal: AbortSignal.timeout(5_000) });
  const { faults = [] } = (await response.json()) as { faults?: readonly string[] };
  return [
    response.ok
      ? ok('server', address, 'is ready')
      : fault(
          'server',
          address,
          `is not ready: ${faults.join(', ')}`,
          'wait if it has just been started; else see its log',
        ),
  ];
}
