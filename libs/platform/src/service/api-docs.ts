import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '@coxa/eventing';
import { breakGlassHeader } from '../auth/break-glass.js';
import { CLOCK } from '../injection.js';
import { DirectRoutes } from '../http/direct-routes.js';
import { describeApi } from './describe-api.js';

const assetFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const assets: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

// Without a validator: the page would send its address to one on the internet.
const startScript = `SwaggerUIBundle({ url: '/docs-json', dom_id: '#api', validatorUrl: null, persistAuthorization: false });`;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Coxa API</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <main id="api"></main>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const introduction = `Event-sourced companion for people whose hip hurts when it turns inward, and for those who treat them.

Where to begin: authorize as a clinician, enrol a patient with the first example, send a check-in, and read the patient's programme.
Every example can be sent as it is (a reading names its device); each is about the patient \`ana\`.

* Every call that fails answers a problem document (RFC 9457) with a stable \`code\`; fields that are wrong are named in \`errors\`.
* Every write answers a \`position\`; a read with \`?after=\` that position shows what came of it.
* Every list answers \`{ items, next }\`; \`next\` goes into \`?cursor=\`.
* What is not yours answers 404, as if it did not exist. In an emergency a clinician opens it with the header \`${breakGlassHeader}: <reason>\`, which is recorded under its own type in the audit topic and warned of in the log.`;

const howToAuthorize = `Paste a token alone, without the word Bearer. On the machine that holds the data this prints one as its last line:

    npx coxa token --role clinician --subject dr-lee

Other roles: \`--role operator --subject ops\`, and \`--role patient --subject ana\` for the patient with that id.
A device gets its token when it is registered (\`POST /v1/devices\`).`;

/** Nothing on the page may come from, or go to, anywhere else. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/** The OpenAPI document at /docs-json and its page at /docs, from local files alone. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Coxa')
    .setDescription(introduction)
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: howToAuthorize })
    .build();
  const clock = app.get<Clock>(CLOCK);
  let made: { readonly day: number; readonly text: string } | undefined;
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const serve = (path: string, type: string, read: () => string | Promise<Buffer>) =>
    fastify.get(path, async (_request, reply) => {
      const content = await read();
      return reply.header('content-type', type).header('content-security-policy', policy).send(content);
    });
  serve('/docs-json', 'application/json; charset=utf-8', () => {
    // Examples speak of yesterday: once a day it is made anew.
    const now = clock.now();
    const day = Math.floor(now / 86_400_000);
    if (made?.day !== day) {
      const document = SwaggerModule.createDocument(app, description);
      made = { day, text: JSON.stringify(describeApi(app.get(DirectRoutes).describe(document), now)) };
    }
    return made.text;
  });
  serve('/docs', 'text/html; charset=utf-8', () => page);
  serve('/docs/start.js', 'text/javascript; charset=utf-8', () => startScript);
  for (const [name, type] of Object.entries(assets))
    serve(`/docs/${name}`, type, () => readFile(join(assetFolder, name)));
}
