import { stopOnSignals } from '../src/index.js';
import { startProbe } from './probe.js';

// A process of its own, so that real signals can be sent to it.
const probe = await startProbe(process.env['COXA_DATA_DIR']!);
stopOnSignals(probe);
console.log(`port ${probe.port}`);
