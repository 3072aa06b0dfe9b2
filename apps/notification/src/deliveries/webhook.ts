import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

const timeoutMs = 10_000;

export interface WebhookCall {
  readonly url: string;
  /** `whsec_` + base64. */
  readonly secret: string;
  /** The delivery's id, the same over retries. */
  readonly id: string;
  readonly body: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly allowPrivate: boolean;
  /** Gives the call up: nobody knows then what became of it. */
  readonly giveUp: AbortSignal;
}

/** Standard Webhooks, signature v1: HMAC-SHA256 over `id.timestamp.body`. */
export function signature({
  id,
  timestamp,
  body,
  secret,
}: Pick<WebhookCall, 'id' | 'timestamp' | 'body' | 'secret'>): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** Whether an address lies in the public internet: a webhook must not reach into the machine or its network. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

/** The address is checked where the connection is made: a name that resolves to something else a moment later gains nothing. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const refused = addresses.find(({ address }) => !isPublic(address));
    if (refused) return callback(new Error('the address is private'), []);
    if (options.all) return callback(null, addresses);
    return callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

/** Posts a webhook; answers the status, or why there is none. Redirects are not followed. Rejects when it was given up. */
export function postWebhook(call: WebhookCall): Promise<number | string> {
  const { url, id, body, timestamp, allowPrivate, giveUp } = call;
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(host) && !isPublic(host)) return Promise.resolve('the address is private');
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature(call),
      'user-agent': 'coxa',
    };
    const sent = request(
      target,
      {
        method: 'POST',
        headers,
        agent: false,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), giveUp]),
        ...(allowPrivate ? {} : { lookup: publicOnly }),
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 'no status');
      },
    );
    sent.on('error', (error) => {
      if (giveUp.aborted) return reject(error);
      resolve(error.name === 'AbortError' || error.name === 'TimeoutError' ? 'timed out' : error.message);
    });
    sent.end(body);
  });
}
