/** Mutation testing of libs/domain; docs/explanation/domain-testing.md says how it is used and what it found. */
const domain = 'libs/domain/src';

export default {
  plugins: ['./scripts/mutation/runner.mjs'],
  testRunner: 'domain',
  coxa: {
    folder: domain,
    specs: process.env.COXA_MUTATION_SPECS ?? '.',
    propertyRuns: 20,
    // What these two say, they say of the generators, and it takes hundreds of histories.
    skip: ['the generated histories reach', 'the histories reach every phase'],
  },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  incremental: true,
  incrementalFile: 'reports/mutation-so-far.json',
  reporters: ['clear-text', 'progress', 'json', 'html'],
  jsonReporter: { fileName: 'reports/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation.html' },
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  ignorePatterns: [
    '/*',
    '!/libs',
    '/libs/*',
    '!/libs/domain',
    '!/docs',
    '/docs/*',
    '!/docs/reference',
    '!/package.json',
  ],
  tempDirName: '.stryker-tmp',
  // Loops that never end are seen by how often they go round; a busy machine, or one that was halted, kills no mutant.
  timeoutMS: 60_000,
  allowConsoleColors: false,
};
