import type { ApiClient } from '../../test/cluster/api-client.ts';

/** Writes that an API server has done since it started: those of Leases, and all others but of Nodes. */
export interface Writes {
  readonly leases: number;
  readonly others: number;
}

/** Reads how many writes an API server has done, from its metrics. The bench's own renewals are patches. */
export async function writesSoFar(api: ApiClient): Promise<Writes> {
  const { body } = await api.try('GET', '/metrics');
  let leases = 0;
  let others = 0;
  for (const line of String(body).split('\n')) {
    if (!line.startsWith('apiserver_request_total{')) continue;
    const label = (name: string) => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '';
    const verb = label('verb');
    const resource = label('resource');
    if (!['POST', 'PUT', 'PATCH', 'APPLY', 'DELETE'].includes(verb) || resource === 'nodes') continue;
    const count = Number(line.slice(line.lastIndexOf(' ')));
    if (resource !== 'leases') others += count;
    else if (verb === 'PUT') leases += count;
  }
  return { leases, others };
}
