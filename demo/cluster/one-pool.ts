import { eventually } from '../../test/lab/eventually.ts';
import type { Narrator } from '../narrator.ts';
import { show } from './show.ts';
import type { ClusterStage } from './stage.ts';

const POOL = ['apply', '-f', 'manifests/samples/pool.yaml'] as const;
/** Of the kind whose EXTERNAL-IP may be pending. */
export const SERVICES = ['get', 'services', '-A', '--field-selector', 'spec.type=LoadBalancer'] as const;
export const INGRESSES = ['get', 'ingresses', '-A'] as const;

const SERVICES_PATH = '/api/v1/services?fieldSelector=spec.type%3DLoadBalancer';
const INGRESSES_PATH = '/apis/networking.k8s.io/v1/ingresses';

/** Creates the pool, shows what kubectl prints then, and tells what came when. */
export async function onePool(stage: ClusterStage, tell: Narrator): Promise<void> {
  tell.scene('One kubectl apply');
  const start = performance.now();
  const moments: { readonly after: number; readonly what: string }[] = [];
  const note = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const value = await work;
    moments.push({ after: performance.now() - start, what });
    return value;
  };
  const given = note('every Service has its EXTERNAL-IP', filled(stage, SERVICES_PATH));
  const [applied] = await Promise.all([
    note('kubectl has created the pool and returned', stage.kubectl(...POOL)),
    note('the Ingress shop has its ADDRESS: its annotation names a Service', filled(stage, INGRESSES_PATH, 'shop')),
    note('the Ingress basic-ingress has its ADDRESS: see below', filled(stage, INGRESSES_PATH, 'basic-ingress')),
    note(
      'a client outside has fetched the first page',
      given.then(() => firstPage(stage)),
    ),
  ]);
  tell.command('', ['kubectl', ...POOL], applied);
  await stage.kubectl('wait', '--for=condition=Ready', 'bpool/public', '--timeout=5s');
  tell.say('\nAfter:');
  await show(stage, tell, 'get', 'bpool');
  await show(stage, tell, ...SERVICES);
  await show(stage, tell, ...INGRESSES);
  tell.say('\nWhen, counted from the moment the command was typed:\n');
  moments.sort((a, b) => a.after - b.after);
  tell.lines(moments.map(({ after, what }) => `${after.toFixed(0).padStart(5)} ms  ${what}`).join('\n'));
  tell.say(
    '\nCilium itself would write the ADDRESS of basic-ingress: Berth leaves it 90 s to do so, in this demo 1 s.',
  );
  tell.fact('every Service has its address and every Ingress its ADDRESS, after one kubectl apply');
}

/** Whether none of the objects that kubectl would list has an address in its status. */
export async function nothingFilled(stage: ClusterStage): Promise<boolean> {
  const all = [...(await listed(stage, SERVICES_PATH)), ...(await listed(stage, INGRESSES_PATH))];
  return all.length > 0 && !all.some(isFilled);
}

/** Resolves once all objects of a list, or the one of a name, have an address in their status. */
async function filled(stage: ClusterStage, path: string, name?: string): Promise<void> {
  await eventually(`an address on ${name ?? `all of ${path}`}`, async () => {
    const objects = (await listed(stage, path)).filter(({ metadata }) => name === undefined || metadata.name === name);
    return (objects.length > 0 && objects.every(isFilled)) || undefined;
  });
}

interface AddressedObject {
  readonly metadata: { readonly name: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: unknown } };
}

async function listed(stage: ClusterStage, path: string): Promise<readonly AddressedObject[]> {
  const { items } = await stage.cluster.api.call<{ items: readonly AddressedObject[] }>('GET', path);
  return items;
}

function isFilled({ status }: AddressedObject): boolean {
  return status.loadBalancer.ingress !== undefined;
}

async function firstPage(stage: ClusterStage): Promise<void> {
  const [address] = await stage.addressesOf('default', 'cilium-ingress-basic-ingress');
  await eventually('a page', async () => await stage.cluster.fetchFrom('client', `http://${address}/`));
}
