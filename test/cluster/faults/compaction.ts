import { expect } from 'vitest';
import type { ApiClient } from '../api-client.ts';

/** Makes etcd forget all that was, by its own HTTP gateway, as an API server does every five minutes. */
export async function compact(api: ApiClient): Promise<void> {
  type Page = { readonly metadata: { readonly resourceVersion: string } };
  const { metadata } = await api.call<Page>('GET', '/api/v1/services?limit=1');
  const answer = await fetch('http://127.0.0.1:2379/v3/kv/compaction', {
    method: 'POST',
    body: JSON.stringify({ revision: metadata.resourceVersion, physical: true }),
  });
  expect(answer.status).toBe(200);
}
