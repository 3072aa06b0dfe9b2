/** What a program beside the services needs of them, without the weight of a server: settings, the local key, tokens. */
export { breakGlassHeader } from './auth/break-glass.js';
export { readSigningKey } from './auth/signing-key.js';
export { issueToken, type TokenRequest } from './auth/tokens.js';
export {
  type Config,
  ConfigError,
  type ConfigOptions,
  type Environment,
  loadConfig,
  unknownSettings,
} from './config.js';
export { topicsOf } from './service/topics-of.js';
