import { describe, expect, it } from 'vitest';
import { requestsPerMinute } from '../../../bench/footprint/requests.ts';
import type { AuditedRequest } from '../../cluster/audit.ts';

function request(id: string, user: string, receivedAt: number): AuditedRequest {
  return { id, user, receivedAt, verb: 'get', group: '', resource: 'nodes', namespace: '', name: '', isAllowed: true };
}

describe('requestsPerMinute', () => {
  it.each<[string, readonly AuditedRequest[], number]>([
    ['nothing', [], 0],
    ['what arrived, by the minute', [request('a', 'u', 1_000), request('b', 'u', 20_000)], 4],
    ['the first moment and not the last', [request('a', 'u', 0), request('b', 'u', 30_000)], 2],
    ['nothing of before', [request('a', 'u', -1)], 0],
    ['a watch once, though it is written down twice', [request('a', 'u', 5), request('a', 'u', 5)], 2],
    ['nobody else', [request('a', 'another', 5)], 0],
  ])('counts %s', (_, requests, rate) => {
    expect(requestsPerMinute(requests, 'u', { from: 0, to: 30_000 })).toBe(rate);
  });
});
