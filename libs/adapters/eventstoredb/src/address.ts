/** The address as the client understands it: it does not know the names that the server has had since. */
export const clientAddress = (url: string): string =>
  url.replace(/^(?:kurrentdb|kurrent|kdb)(\+discover)?:/, 'esdb$1:');

/** An address without user and password. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^/]*@/, '//***@');
