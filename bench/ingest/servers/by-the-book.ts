import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Body, Controller, HttpCode, Module, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsInt, IsNumber, IsString, ValidateNested } from 'class-validator';
import Database from 'libsql';
import { say } from './say.js';

/** What one would write by the book: a class a sample, checked by decorators, and a row a sample in SQLite, durable. */
class Sample {
  @IsNumber() accX!: number;
  @IsNumber() accY!: number;
  @IsNumber() accZ!: number;
  @IsNumber() gyrX!: number;
  @IsNumber() gyrY!: number;
  @IsNumber() gyrZ!: number;
}

class Batch {
  @IsString() deviceId!: string;
  @IsString() sessionId!: string;
  @IsInt() sequence!: number;
  @ValidateNested({ each: true }) @Type(() => Sample) samples!: Sample[];
}

const folder = mkdtempSync(join(tmpdir(), 'coxa-bench-book-'));
const database = new Database(join(folder, 'samples.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(
  'CREATE TABLE samples (device TEXT, session TEXT, sequence INTEGER, n INTEGER, ax REAL, ay REAL, az REAL, gx REAL, gy REAL, gz REAL)',
);
const insert = database.prepare('INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
const run = insert.run.bind(insert) as (...values: unknown[]) => unknown;

@Controller('v1')
class Readings {
  @Post('readings')
  @HttpCode(202)
  take(@Body(new ValidationPipe({ transform: true, whitelist: true })) batch: Batch) {
    database.exec('BEGIN');
    batch.samples.forEach(({ accX, accY, accZ, gyrX, gyrY, gyrZ }, n) =>
      run(batch.deviceId, batch.sessionId, batch.sequence, n, accX, accY, accZ, gyrX, gyrY, gyrZ),
    );
    database.exec('COMMIT');
    return { accepted: true };
  }
}

@Module({ controllers: [Readings] })
class App {}

const app = await NestFactory.create<NestFastifyApplication>(App, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as { port: number };
say({ port, tokens: [] });
process.once('SIGTERM', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
