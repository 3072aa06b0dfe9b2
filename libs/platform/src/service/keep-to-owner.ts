/** Whatever the process writes from here on can be read by its owner alone: health data, in files of every library that is used. */
export const keepToOwner = (): void => void process.umask(0o077);
