import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
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

/** Nothing on the page may come from, or go to, anywhere else. */
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:";

/** The OpenAPI document at /docs-json and its page at /docs, from local files alone. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Coxa')
    .setDescription(
      'Event-sourced companion for people whose hip hurts when it turns inward. Errors are RFC 9457 problem documents.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  let document: string | undefined;
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const serve = (path: string, type: string, read: () => string | Promise<Buffer>) =>
    fastify.get(path, async (_request, reply) => {
      const content = await read();
      return reply.header('content-type', type).header('content-security-policy', policy).send(content);
    });
  serve('/docs-json', 'application/json; charset=utf-8', () => {
    document ??= JSON.stringify(
      describeApi(app.get(DirectRoutes).describe(SwaggerModule.createDocument(app, description))),
    );
    return document;
  });
  serve('/docs', 'text/html; charset=utf-8', () => page);
  serve('/docs/start.js', 'text/javascript; charset=utf-8', () => startScript);
  for (const [name, type] of Object.entries(assets))
    serve(`/docs/${name}`, type, () => readFile(join(assetFolder, name)));
}
