import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The OpenAPI document at /docs-json and its page at /docs. */
export function serveApiDocs(app: NestFastifyApplication): void {
  const description = new DocumentBuilder()
    .setTitle('Coxa')
    .setDescription(
      'Event-sourced companion for people whose hip hurts when it turns inward. Errors are RFC 9457 problem documents.',
    )
    .setVersion('1')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description), {
    jsonDocumentUrl: 'docs-json',
    // The page would otherwise send its address to a validator on the internet.
    swaggerOptions: { validatorUrl: null },
  });
}
