import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '@coxa/eventing';
import { ConfigError, issueToken, loadConfig, stopOnSignals } from '@coxa/platform';
import { startAllInOne } from './start.js';

try {
  const config = loadConfig(process.env, 3000);
  const first = !existsSync(join(config.dataDir, 'keys', 'signing.jwk.json'));
  const service = await startAllInOne(config);
  stopOnSignals(service);
  console.log(
    `\nCoxa runs at ${service.address}   (API page: ${service.address}/docs, data: ${config.dataDir})`,
  );
  if (first) {
    const token = await issueToken(config.dataDir, {
      role: 'clinician',
      subject: 'dr-lee',
      expiresInS: 3600,
    });
    console.log(`\nLog in once as clinician dr-lee, valid for an hour:\n  ${token}`);
    console.log(
      '\nTry next:\n  npx coxa token --role clinician --subject dr-lee      a token for the API\n  npm run demo                                          a small clinic with eight weeks of history\n',
    );
  }
} catch (error) {
  if (error instanceof ConfigError || error instanceof EngineError) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
}
