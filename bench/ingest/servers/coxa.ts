import '@coxa/platform/small-start';

await import('./coxa-run.js');
