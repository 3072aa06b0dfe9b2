import '@coxa/platform/small-start';

await import('./run.js');
