import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';

const options = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
  module: { type: 'commonjs', strictMode: true },
  swcrc: false,
};

/**
 * TypeScript files compiled once and evaluated as often as wanted: each `load()` is a world of its own, in which every
 * module runs from its first line again. That costs milliseconds, so no mutant sees what the one before it left behind.
 * `given` stands in for packages by name.
 */
export function moduleLoader(given) {
  const compiled = new Map();
  const compile = (path) => {
    const { code } = transformSync(readFileSync(path, 'utf8'), { ...options, filename: path });
    const run = compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
      filename: path,
    });
    return { run, native: createRequire(path) };
  };
  return function load() {
    const known = new Map();
    return function require(path) {
      const before = known.get(path);
      if (before) return before.exports;
      if (!compiled.has(path)) compiled.set(path, compile(path));
      const { run, native } = compiled.get(path);
      const module = { exports: {} };
      known.set(path, module);
      const inner = (name) =>
        given[name] ??
        (name.startsWith('.') ? require(resolve(dirname(path), name.replace(/\.js$/, '.ts'))) : native(name));
      run(module.exports, inner, module, path, dirname(path));
      return module.exports;
    };
  };
}
