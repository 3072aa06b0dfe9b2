// Lets a process of its own run the TypeScript sources as they are: `node --conditions=coxa-source --import <this file> main.ts`.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^\.{1,2}\/.*\.js$/.test(specifier)) throw error;
    return next(specifier.replace(/\.js$/, '.ts'), context);
  }
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const { transformFile } = await import('@swc/core');
  const swcrc = fileURLToPath(new URL('../../../.swcrc', import.meta.url));
  const { code } = await transformFile(fileURLToPath(url), { configFile: swcrc });
  return { format: 'module', source: code, shortCircuit: true };
}

import { isMainThread } from 'node:worker_threads';

// Node runs the hooks in a thread of their own, which reads this file too.
if (isMainThread) register(import.meta.url);
