import { invalid, ProblemException } from '@coxa/platform';

export interface UploadedFile {
  readonly bytes: Uint8Array;
  readonly filename?: string;
  /** Fields beside the file. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Types under which a device's file may come; its content decides what it is. */
const plainTypes = new Set(['', 'application/octet-stream', 'application/json', 'application/csv']);

/** The file in a body: the body itself, or the one file of a form. @throws ProblemException */
export async function uploadedFile(
  contentType: string | undefined,
  type: string,
  bytes: Uint8Array,
): Promise<UploadedFile> {
  if (type === 'multipart/form-data') return fromForm(contentType!, bytes);
  if (plainTypes.has(type) || type.startsWith('text/') || type === 'application/vnd.ms-excel')
    return { bytes, fields: {} };
  throw new ProblemException('unsupported-type', {
    detail:
      'A recording is sent as text (or application/octet-stream), or as the file of a multipart/form-data.',
  });
}

async function fromForm(contentType: string, bytes: Uint8Array): Promise<UploadedFile> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw new ProblemException('malformed', {
      detail: 'The body is not the form that it claims to be.',
      cause,
    });
  }
  const fields: Record<string, unknown> = {};
  const files: File[] = [];
  for (const [name, value] of form as unknown as Iterable<[string, string | File]>)
    if (typeof value !== 'string') files.push(value);
    // A field given twice is refused where fields are read.
    else fields[name] = Object.hasOwn(fields, name) ? [fields[name], value] : value;
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw invalid([{ path: '', code: 'required', message: 'must hold exactly one file' }]);
  return { bytes: new Uint8Array(await file.arrayBuffer()), filename: file.name, fields };
}
