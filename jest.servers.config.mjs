import base from './jest.config.mjs';

/** The end-to-end suite again, on the servers that stand in the environment instead of the embedded storage. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
  // They look into the files of the embedded storage.
  testPathIgnorePatterns: [...base.testPathIgnorePatterns, 'command-line', 'audit-trail'],
};
