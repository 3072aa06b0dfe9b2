import { EngineError } from '@coxa/eventing';

/** What Redis or the way to it did, as the engine's own error; the outcome of what was asked is unknown unless Redis itself refused it. */
export function faultOf(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const words = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (words.startsWith('OOM ')) return new EngineError('storage-full', 'redis is out of memory', options);
  if (words.startsWith('WRONGTYPE'))
    return new EngineError('corrupt', `redis holds something else under a view's name: ${words}`, options);
  return new EngineError('storage-failed', `redis did not do it: ${words}`, options);
}

/** A refusal at the start in words: which, where, why and what to do. */
export function unfit(where: string, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const words = error instanceof Error ? error.message || error.name : String(error);
  const hint =
    hints.find(([shape]) => shape.test(words))?.[1] ?? 'see that it runs and that COXA_REDIS_URL is right';
  return new EngineError('backend-unfit', `Redis at ${where} cannot be used (${words}): ${hint}`, {
    cause: error,
  });
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /NOAUTH|WRONGPASS|invalid password|without any password/i,
    'put user and password into COXA_REDIS_URL, as redis://user:password@host:6379',
  ],
  [
    /NOPERM/,
    'let its user run scripts, and read and write every key that begins with the prefix (+@all ~prefix:*)',
  ],
  [
    /certificate|self.signed|SSL|TLS/i,
    'let Node trust its certificate (NODE_EXTRA_CA_CERTS), or correct the name in COXA_REDIS_URL',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'no such name is known; correct COXA_REDIS_URL'],
  [
    /ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|timed? ?out|closed|not answer/i,
    'nobody answers there; start it, or correct COXA_REDIS_URL',
  ],
];

/** An address without user and password. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^/]*@/, '//***@');
