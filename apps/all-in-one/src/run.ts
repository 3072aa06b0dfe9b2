import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { issueToken, loadConfig, startErrorOf, stopOnSignals } from '@coxa/platform';
import { startAllInOne } from './start.js';

try {
  const config = loadConfig(process.env, 3000);
  const signingKey = join(config.dataDir, 'keys', 'signing.jwk.json');
  const first = !existsSync(signingKey);
  const service = await startAllInOne(config).catch((error: unknown) => {
    // Nobody holds a token by it yet: the next start is the first again, and says how to log in.
    if (first) rmSync(signingKey, { force: true });
    throw error;
  });
  const told = welcome(service.address, config.dataDir, first);
  // Who stops it at once is told all the same: only the first start says how to log in.
  stopOnSignals({ ...service, stop: () => told.finally(() => service.stop()) });
  await told;
} catch (error) {
  console.error(startErrorOf(error));
  process.exitCode = 1;
}

async function welcome(address: string, dataDir: string, first: boolean): Promise<void> {
  console.log(`\nCoxa runs at ${address}   (API page: ${address}/docs, data: ${dataDir})`);
  if (!first) return;
  const token = await issueToken(dataDir, { role: 'clinician', subject: 'dr-lee', expiresInS: 3600 });
  console.log(`\nA token for clinician dr-lee, valid for an hour:\n  ${token}`);
  console.log(
    '\nTry next:\n  npx coxa token --role clinician --subject dr-lee      a token for the API\n  npm run demo                                          a small clinic with eight weeks of history\n',
  );
}
