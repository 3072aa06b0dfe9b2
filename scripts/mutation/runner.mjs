import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { declareClassPlugin, commonTokens, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { moduleLoader } from './modules.mjs';
import { fewerRuns } from './properties.mjs';

const stryker = (globalThis.__stryker__ ??= {});

/**
 * Runs the domain's specs by Jest's own `describe`, `test` and `expect` (jest-circus) in one process that lives on from mutant
 * to mutant. Stryker's official runner starts Jest anew for each: fifteen seconds where this takes a fraction of one.
 */
class DomainTestRunner {
  static inject = tokens(commonTokens.options);
  #options;
  #load;
  #specs;
  /** Milliseconds that each test took at first: the quick ones are asked first. */
  #took = new Map();

  constructor({ coxa }) {
    this.#options = coxa;
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
    this.#load = moduleLoader({
      '@jest/globals': { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect },
      'fast-check': fewerRuns(this.#options.propertyRuns),
    });
    const root = resolve(this.#options.folder);
    this.#specs = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.spec.ts') && new RegExp(this.#options.specs).test(name))
      .map((name) => join(root, name))
      .sort();
    circus.addEventHandler((event) => this.#heard(event));
  }

  async dryRun() {
    stryker.activeMutant = undefined;
    stryker.hitCount = stryker.hitLimit = undefined;
    const result = await this.#run({ bail: false });
    for (const { id, timeSpentMs } of result.tests) this.#took.set(id, timeSpentMs);
    return { ...result, mutantCoverage: stryker.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, disableBail, hitLimit }) {
    stryker.activeMutant = activeMutant.id;
    stryker.hitCount = hitLimit ? 0 : undefined;
    stryker.hitLimit = hitLimit;
    const wanted = testFilter && new Set(testFilter);
    const result = await this.#run({ bail: !disableBail, wanted });
    const endless = determineHitLimitReached(stryker.hitCount, hitLimit);
    return toMutantRunResult(endless ?? result, disableBail);
  }

  async #run({ bail, wanted }) {
    const specs = wanted
      ? this.#specs.filter((spec) => [...wanted].some((id) => id.startsWith(this.#nameOf(spec))))
      : this.#specs;
    this.#now = { bail, wanted, failed: false, ids: new Map(), tests: [] };
    circus.resetState();
    circus.getState().testTimeout = 120_000;
    const { rootDescribeBlock } = circus.getState();
    const load = this.#load();
    try {
      for (const spec of specs) {
        const before = rootDescribeBlock.children.length;
        load(spec);
        for (const child of rootDescribeBlock.children.slice(before)) this.#name(child, this.#nameOf(spec));
      }
    } catch (error) {
      // A mutant that stops a module from loading is killed by every test; without a mutant it is a fault of ours.
      if (!stryker.activeMutant)
        return { status: DryRunStatus.Error, errorMessage: String(error?.stack ?? error) };
      const id = wanted ? [...wanted][0] : this.#took.keys().next().value;
      const failed = {
        id,
        name: id,
        status: TestStatus.Failed,
        failureMessage: String(error),
        timeSpentMs: 0,
      };
      return { status: DryRunStatus.Complete, tests: [failed] };
    }
    rootDescribeBlock.children.sort((a, b) => this.#cost(a) - this.#cost(b));
    await circus.run();
    return { status: DryRunStatus.Complete, tests: this.#now.tests };
  }

  #now;

  #nameOf(spec) {
    return spec.slice(resolve(this.#options.folder).length + 1).replace(/\.unit\.spec\.ts$/, '');
  }

  #name(block, path) {
    const name = `${path}: ${block.name}`;
    if (block.type === 'describeBlock') for (const child of block.children) this.#name(child, name);
    else {
      let id = name;
      for (let twin = 2; [...this.#now.ids.values()].includes(id); twin++) id = `${name} (${twin})`;
      this.#now.ids.set(block, id);
    }
  }

  #cost(block) {
    return block.type === 'describeBlock'
      ? block.children.reduce((sum, child) => sum + this.#cost(child), 0)
      : (this.#took.get(this.#now.ids.get(block)) ?? 0);
  }

  #heard({ name, test }) {
    const now = this.#now;
    if (name === 'test_start') {
      const id = now.ids.get(test);
      const left = (now.bail && now.failed) || (now.wanted && !now.wanted.has(id));
      if (left || this.#options.skip.some((title) => id.includes(title))) test.mode = 'skip';
      else stryker.currentTestId = id;
    }
    if (name !== 'test_done') return;
    const [error] = test.errors;
    now.failed ||= error !== undefined;
    const id = now.ids.get(test);
    now.tests.push({
      id,
      name: id,
      timeSpentMs: test.duration ?? 0,
      ...(error === undefined
        ? { status: TestStatus.Success }
        : { status: TestStatus.Failed, failureMessage: String(error[0]?.message ?? error[0] ?? error) }),
    });
    stryker.currentTestId = undefined;
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'domain', DomainTestRunner)];

export const strykerValidationSchema = {
  type: 'object',
  properties: {
    coxa: {
      type: 'object',
      description: 'How the specs of libs/domain are run for a mutant.',
      additionalProperties: false,
      required: ['folder', 'specs', 'propertyRuns', 'skip'],
      properties: {
        folder: { type: 'string', description: 'Where the specs lie.' },
        specs: { type: 'string', description: 'A regular expression: only the specs whose path matches.' },
        propertyRuns: { type: 'integer', description: 'How many runs of a property at most.' },
        skip: {
          type: 'array',
          items: { type: 'string' },
          description: 'Parts of the names of tests to leave out.',
        },
      },
    },
  },
};
