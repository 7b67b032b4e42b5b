import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ControllerCluster, eventually } from '../controller/harness.ts';
import { KubectlView, poolText, serviceText } from './kubectl-view.ts';

const HELD = 'berth.dev/addresses-held';

let lab: ControllerCluster;
let shows: KubectlView;
beforeAll(async () => {
  lab = await ControllerCluster.start();
  shows = new KubectlView(lab);
});
afterAll(() => lab?.dispose());
afterEach(async () => {
  await lab.cluster.kubectl('delete', 'service,bpool', '--all', '--timeout=15s');
  await lab.stopControllers();
});

describe('a Service and its pool, by kubectl', () => {
  it('pending, assigned, exhausted, and given back', async () => {
    await lab.startController();
    await shows.apply(serviceText('web'));
    await shows.service('web', '<pending>', 'NoPools');
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.51'));
    await shows.service('web', '192.0.2.50', 'Allocated');
    await shows.pool('public', 'True Ready 1/2', /Message: +gives out addresses/);
    expect(await shows.finalizers('public')).toBe(HELD);
    await shows.apply(serviceText('api'), serviceText('late'));
    await shows.pool('public', 'True Ready 2/2', /availableIPv4: +0/);
    const pending = async () => {
      const names = await Promise.all(
        ['api', 'late'].map(async (name) =>
          (await lab.row('service', name))['EXTERNAL-IP'] === '<pending>' ? name : '',
        ),
      );
      return names.join('');
    };
    await eventually(async () => expect(['api', 'late']).toContain(await pending()));
    await shows.service(await pending(), '<pending>', 'PoolExhausted');
    await shows.kubectl('delete', 'service', 'web', 'api', 'late');
    await shows.pool('public', 'True Ready 0/2', /assignedIPv4: +0/);
    await eventually(async () => expect(await shows.finalizers('public')).toBe(''));
  });

  it('retained, while an edit leaves the address outside', async () => {
    await lab.startController();
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.59'), serviceText('web'));
    await shows.service('web', '192.0.2.50', 'Allocated');
    await shows.apply(poolText('public', '192.0.2.55-192.0.2.59'));
    await shows.pool('public', 'True Ready 0/5', /Retained:\s+Address: +192\.0\.2\.50\s+Service: +default\/web/);
    await shows.service('web', '192.0.2.50', 'Retained');
    expect(await shows.finalizers('public')).toBe(HELD);
  });

  it('two that overlap: the younger says so, and gives out nothing', async () => {
    await lab.startController();
    await shows.apply(poolText('b-older', '192.0.2.50-192.0.2.59'), serviceText('web'));
    await shows.service('web', '192.0.2.50', 'Allocated');
    // Creation times are in whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await shows.apply(poolText('a-younger', '192.0.2.59-192.0.2.69'));
    await shows.pool('a-younger', 'False OverlapsPool 0/0', /192\.0\.2\.59-192\.0\.2\.69 overlaps .* of pool b-older/);
    await shows.pool('b-older', 'True Ready 1/10', /gives out addresses/);
    await shows.service('web', '192.0.2.50', 'Allocated');
  });
});

describe('a deleted pool, by kubectl', () => {
  const given = async (more = '') => {
    await lab.startController();
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.59', more), serviceText('web'));
    await shows.service('web', '192.0.2.50', 'Allocated');
  };

  it('goes at once where nobody holds an address', async () => {
    await lab.startController();
    await shows.apply(poolText('public', '192.0.2.50-192.0.2.59'));
    await shows.pool('public', 'True Ready 0/10', /gives out/);
    expect(await shows.kubectl('delete', 'bpool', 'public', '--timeout=5s')).toMatch(/deleted/);
  });

  it('waits, says for whom, gives out nothing, and goes with the last holder, whoever leads', async () => {
    await given();
    await shows.kubectl('delete', 'bpool', 'public', '--wait=false');
    await shows.pool('public', 'False Deleting 0/0', /Message: .*being deleted.*waits for default\/web/);
    await shows.service('web', '192.0.2.50', 'Retained');
    await shows.apply(serviceText('late'));
    await shows.service('late', '<pending>', 'NoPools');
    await lab.stopControllers();
    await lab.startController();
    await shows.kubectl('delete', 'service', 'web');
    await shows.gone('bpool', 'public');
  });

  it('may be renamed: the new name first, and nothing moves', async () => {
    await given();
    await shows.apply(poolText('renamed', '192.0.2.50-192.0.2.59'));
    await shows.pool('renamed', 'False OverlapsPool 0/0', /of pool public/);
    expect(await shows.kubectl('delete', 'bpool', 'public', '--timeout=15s')).toMatch(/deleted/);
    await shows.pool('renamed', 'True Ready 1/10', /gives out/);
    await shows.service('web', '192.0.2.50', 'Allocated');
    expect(await shows.finalizers('renamed')).toBe(HELD);
  });

  it('moves its holders once it is to evict them', async () => {
    await given();
    await shows.apply(poolText('other', '198.51.100.1-198.51.100.9'));
    await shows.kubectl('delete', 'bpool', 'public', '--wait=false');
    await shows.pool('public', 'False Deleting 0/0', /waits for default\/web/);
    await shows.kubectl('patch', 'bpool', 'public', '--type=merge', '-p', '{"spec":{"reclaimPolicy":"Evict"}}');
    await shows.service('web', '198.51.100.1', 'Allocated');
    await shows.gone('bpool', 'public');
    await shows.pool('other', 'True Ready 1/9', /gives out/);
  });

  it('takes the address from those it evicts, where no other pool has room', async () => {
    await given();
    await shows.kubectl('patch', 'bpool', 'public', '--type=merge', '-p', '{"spec":{"reclaimPolicy":"Evict"}}');
    await shows.service('web', '192.0.2.50', 'Allocated');
    await shows.kubectl('delete', 'bpool', 'public', '--timeout=15s');
    await shows.service('web', '<pending>', 'NoPools');
  });
});
