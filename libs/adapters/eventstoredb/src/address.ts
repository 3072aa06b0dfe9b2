/** The address as the client understands it: it does not know the server's newer name. */
export const clientAddress = (url: string): string => url.replace(/^kurrentdb(\+discover)?:/, 'esdb$1:');

/** An address without user and password. */
export const withoutSecrets = (url: string): string => url.replace(/\/\/[^/]*@/, '//***@');
