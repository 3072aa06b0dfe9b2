import { WrongUse } from '../output.js';
import { importFile } from './import.js';
import { importRecording, looksLikeCheckIns, type RecordingOptions } from './import-recording.js';

/** Imports a table of check-ins or a device's own file, whichever it is. What is wrong with the call is said before the file is looked at. */
export async function importAny(file: string, options: RecordingOptions): Promise<void> {
  if (!options.token && options.transport === undefined)
    throw new WrongUse(
      'importing needs a token: --token "$(npx coxa token --role clinician --subject <you>)", or that of the device whose recording it is',
    );
  await (looksLikeCheckIns(file) ? importFile(file, options) : importRecording(file, options));
}
