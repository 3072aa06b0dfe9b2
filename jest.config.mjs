/** Jest runs TypeScript sources directly: libraries resolve to `src` by the `coxa-source` export condition. */
export default {
  testMatch: ['<rootDir>/(libs|apps|test)/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/\\.stryker-tmp/'],
  modulePathIgnorePatterns: ['<rootDir>/.stryker-tmp/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { swcrc: true }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['coxa-source', 'node', 'node-addons'] },
  testTimeout: 90_000,
  maxWorkers: 2,
};
