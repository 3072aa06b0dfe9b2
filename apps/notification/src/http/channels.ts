import { isIP } from 'node:net';
import type { ChannelDto, FieldError } from '@coxa/contracts';
import type { Channel } from '../deliveries/receivers.js';
import { isPublic } from '../deliveries/webhook.js';

/** In the place of a password. */
const hidden = '***';

/** What is wrong with a channel that is set up; what would never go out is refused where it is set up. */
export function channelFaults(
  { kind, url, secret, address }: ChannelDto,
  index: number,
  allowPrivate: boolean,
): FieldError[] {
  const path = `/channels/${index}`;
  const needed = (name: string, value: unknown, ok: boolean, message: string): FieldError[] =>
    value === undefined
      ? [{ path: `${path}/${name}`, code: 'required', message: `is required for ${kind}` }]
      : ok
        ? []
        : [{ path: `${path}/${name}`, code: 'range', message }];
  const unknown = (name: string, value: unknown): FieldError[] =>
    value === undefined
      ? []
      : [{ path: `${path}/${name}`, code: 'unknown-field', message: `does not belong to ${kind}` }];
  if (kind === 'webhook')
    return [
      ...needed(
        'url',
        url,
        isWebAddress(url) && !isHidden(url),
        isWebAddress(url)
          ? 'has a password that was hidden; give it again'
          : 'must be an http or https address',
      ),
      ...(allowPrivate || url === undefined || !isPrivateHost(url)
        ? []
        : [
            {
              path: `${path}/url`,
              code: 'range',
              message:
                'is a private address, which nothing is sent to unless the operator sets COXA_WEBHOOK_ALLOW_PRIVATE=true',
            } as const,
          ]),
      ...needed('secret', secret, isSecret(secret ?? ''), 'must be whsec_ and base64 of 24 to 64 bytes'),
      ...unknown('address', address),
    ];
  const others = [...unknown('url', url), ...unknown('secret', secret)];
  if (kind === 'log') return [...others, ...unknown('address', address)];
  // Taken and never sent it would leave a clinic believing that it is told.
  return [
    {
      path: `${path}/kind`,
      code: 'enum',
      message: 'mail cannot be sent by this version yet; use webhook or log',
    },
  ];
}

/** Whether the address names this machine or its network without asking anybody. What a name resolves to is judged when it is called. */
function isPrivateHost(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && !isPublic(host));
}

function isSecret(secret: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  const { length } = Buffer.from(encoded ?? '', 'base64');
  return encoded !== undefined && length >= 24 && length <= 64;
}

const isWebAddress = (url = ''): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

const isHidden = (url = ''): boolean => new URL(url).password === hidden;

/** A channel as it may be shown: without its secret, and without the password that its address may hold. */
export function shownChannel(channel: Channel): { kind: string; url?: string; address?: string } {
  if (channel.kind !== 'webhook') return channel;
  const url = new URL(channel.url);
  if (url.password === '') return { kind: channel.kind, url: channel.url };
  url.password = hidden;
  return { kind: channel.kind, url: url.href };
}
