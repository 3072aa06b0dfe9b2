import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { until } from '@coxa/eventing';
import grpc from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { EventStoreStandIn } from './stand-in.js';

test('regression: given an append of which only a part has come, when the network breaks, then nothing is appended and the stand-in goes on', async () => {
  const standIn = await EventStoreStandIn.start();
  const { StreamsClient } = streamsService;
  const client = new StreamsClient(
    `127.0.0.1:${standIn.network.port}`,
    grpc.credentials.createInsecure() as never,
  );
  const broken: unknown[] = [];
  const call = client.append((error) => broken.push(error));
  call.write(new streams.AppendReq().setOptions(new streams.AppendReq.Options()));
  expect(await until(() => standIn.calls.get('append') === 1, 20_000)).toBe(true);
  standIn.network.reset();
  // A rejection that nobody takes fails whichever test runs when it comes.
  expect(await until(() => broken.length === 1, 20_000)).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(standIn.book.all.filter(({ stream }) => !stream.startsWith('$'))).toEqual([]);
  expect(standIn.expectations).toEqual([]);
  client.close();
  await standIn.stop();
});
