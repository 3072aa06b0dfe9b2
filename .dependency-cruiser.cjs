/** Apps wire, libs think, adapters touch vendors. Arrows: apps -> platform, adapters -> eventing -> contracts -> domain, motion. */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    never('no-cycles', 'A cycle means two modules are really one.', {}, { circular: true }),
    never(
      'pure-libs',
      'domain and motion are pure: no other library, no package, no Node API, so that they can be proved and reused anywhere.',
      { path: '^libs/(domain|motion)/src', pathNot: '\\.spec\\.ts$' },
      { pathNot: '^libs/(domain|motion)/src' },
    ),
    never(
      'domain-and-motion-apart',
      'Neither pure library knows of the other; the program service joins them.',
      { path: '^libs/(domain|motion)/src' },
      { path: '^libs/(domain|motion)/src', pathNot: '^libs/$1/src' },
    ),
    never(
      'contracts-below-eventing',
      'What crosses a process boundary must not know how it is carried.',
      { path: '^libs/contracts' },
      { path: '^(libs/(eventing|platform|adapters)|apps)/' },
    ),
    never(
      'eventing-knows-no-vendor',
      'The engine owns the ports; adapters implement them.',
      { path: '^libs/eventing' },
      { path: '^(libs/(platform|adapters)|apps)/|node_modules/(@nestjs|libsql|kafkajs|ioredis|@eventstore)' },
    ),
    never(
      'adapters-know-no-app',
      'An adapter touches one vendor and the ports, nothing else.',
      { path: '^libs/adapters' },
      { path: '^(libs/(platform|backends)|apps)/' },
    ),
    never(
      'platform-knows-no-app',
      'Platform serves every app.',
      { path: '^libs/platform' },
      { path: '^apps/' },
    ),
    never(
      'backends-for-apps',
      'Which adapter stands behind which port is settled where a process is put together.',
      { path: '^libs/', pathNot: '^libs/backends' },
      { path: '^libs/backends' },
    ),
    never(
      'services-apart',
      'Services talk over the log; only all-in-one and the command line mount them together.',
      { path: '^apps/(ingest|program|notification)/' },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    never(
      'one-face',
      'A library is used through its index.',
      { path: '^(libs|apps)/' },
      { path: '@coxa/[a-z-]+/src' },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    exclude: { path: '(^|/)dist/' },
    doNotFollow: { path: 'node_modules/(?!@coxa)' },
    enhancedResolveOptions: {
      conditionNames: ['coxa-source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js'],
    },
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
