import base from './jest.config.mjs';

/** The end-to-end suite again, on the servers that this machine has instead of the embedded storage. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/support/servers/setup.ts',
  globalTeardown: '<rootDir>/test/support/servers/teardown.ts',
};
