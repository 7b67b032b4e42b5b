import { describe, expect, it } from 'vitest';
import { endpointOf } from '../../../src/store/cluster/exchange.ts';

describe('endpointOf', () => {
  it.each([
    ['https://api.example', { host: 'api.example', port: 443, authority: 'api.example', servername: 'api.example' }],
    ['https://192.0.2.1:6443', { host: '192.0.2.1', port: '6443', authority: '192.0.2.1:6443', servername: '' }],
    [
      'https://[2001:db8::1]:6443/',
      { host: '2001:db8::1', port: '6443', authority: '[2001:db8::1]:6443', servername: '' },
    ],
    [
      'https://[::ffff:192.0.2.1]',
      { host: '::ffff:c000:201', port: 443, authority: '[::ffff:c000:201]', servername: '' },
    ],
    ['http://localhost:8001', { isPlain: true, host: 'localhost', port: '8001', servername: 'localhost' }],
    ['http://127.0.0.1', { isPlain: true, host: '127.0.0.1', port: 80, servername: '' }],
    ['https://1.example:8443', { host: '1.example', authority: '1.example:8443', servername: '1.example' }],
    ['https://rancher.example/k8s/clusters/c-1/', { isPlain: false, prefix: '/k8s/clusters/c-1' }],
    ['https://rancher.example', { prefix: '' }],
  ])('takes %s apart', (url, parts) => {
    expect(endpointOf(new URL(url))).toMatchObject(parts);
  });
});
