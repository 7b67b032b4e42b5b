import { readFile } from 'node:fs/promises';
import { eventually } from '../test/lab/eventually.ts';
import type { Lines } from './lines.ts';
import { Narrator } from './narrator.ts';
import { type DemoNode, Stage } from './stage.ts';
import { tcpdumpCommand } from './tcpdump.ts';

const DRAWING = `
       client 192.0.2.100
          |
    ------+------ switch ------+----------------+------
          |                    |                |
       n1 192.0.2.11        n2 192.0.2.12    n3 192.0.2.13
       a web server and     a web server     a web server
       berth                and berth        and berth`;

/** Holds the pool's addresses and no other. */
const POOL_NETWORK = '192.0.2.48/28';
const tell = new Narrator();

async function theStage(): Promise<Stage> {
  tell.scene('Three nodes, a client, a switch');
  const stage = await Stage.set();
  tell.lines(DRAWING);
  await Promise.all(stage.nodes.map((node) => stage.startPage(node)));
  for (const { name, address } of stage.nodes) {
    const command = ['curl', '-sS', `http://${address}/`] as const;
    const page = await stage.client.run(...command);
    tell.command('client', command, page);
    assert(page === `Hello from ${name}.\n`, `${name} serves its page`);
  }
  tell.fact('the client reaches each node by the node’s own address, and nothing else is set up');
  return stage;
}

async function theServiceWaits(stage: Stage): Promise<void> {
  tell.scene('A Service waits');
  tell.say('Berth runs on each node, on one folder of YAML files that all of them see. There is no cluster.');
  await stage.put('web.yaml');
  for (const node of stage.nodes) {
    stage.startBerth(node);
    tell.command(node.name, `berth ${stage.standalone(node).join(' ')} &`, '');
  }
  tell.command('', ['cat', `${stage.folder}/web.yaml`], await readFile(`${stage.folder}/web.yaml`, 'utf8'));
  const command = ['get', 'services', '--dir', stage.folder] as const;
  const table = await eventually('a reason on the Service', async () => {
    const text = await stage.berth(...command);
    return text.includes('NoPools') ? text : undefined;
  });
  tell.command('', ['berth', ...command], table);
  assert(table.includes('<pending>'), 'the Service has no address');
  tell.fact('the Service hangs in <pending>, and says why: there is no pool');
}

interface Given {
  readonly address: string;
  readonly owner: DemoNode;
  /** What the client hears of ARP about the addresses of the pool, from before there was one. */
  readonly packets: Lines;
}

async function thePool(stage: Stage): Promise<Given> {
  tell.scene('A pool is put in place');
  const services = stage.follow('get', 'services', '--dir', stage.folder, '--watch');
  await services.find(/<pending>/, { timeoutMs: 5000 });
  tell.command('', ['cat', 'pool.yaml'], await readFile(new URL('pool.yaml', import.meta.url), 'utf8'));
  const packets = await stage.listen(POOL_NETWORK);
  const start = performance.now();
  await stage.put('pool.yaml');
  tell.command('', ['cp', 'pool.yaml', stage.folder], '');
  const given = await services.find(/ 192\.0\.2\.5\d /, { timeoutMs: 10_000 });
  const address = /192\.0\.2\.5\d/.exec(given.text)?.[0] ?? '';
  tell.command('', ['berth', 'get', 'services', '--dir', stage.folder, '--watch'], services.text());
  tell.fact(`the Service has the address ${address} ${milliseconds(given.at - start)} after the pool was there`);
  const owner = await eventually('a node owns the address', async () => (await stage.owners())[0]);
  return { address, owner, packets };
}

async function theClient(stage: Stage, { address, owner, packets }: Given): Promise<void> {
  tell.scene('The client fetches a page');
  const command = ['curl', '-sS', '--max-time', '5', `http://${address}/`] as const;
  const page = await stage.client.run(...command);
  tell.command('client', command, page);
  assert(page === `Hello from ${owner.name}.\n`, `the page came from the owner ${owner.name}, not: ${page}`);
  const reply = await packets.find(new RegExp(`Reply ${address} is-at`), { timeoutMs: 5000 });
  tell.command('client', tcpdumpCommand(POOL_NETWORK), packets.text());
  tell.say(
    '\nFrom top to bottom: the probes of the node that is to own it, its announcements, then the client’s exchange.',
  );
  assert(reply.text.includes(`is-at ${owner.mac}`), `the reply names the MAC address of ${owner.name}: ${reply.text}`);
  tell.fact(`${owner.name} answers who-has ${address} with its MAC address ${owner.mac}, and serves the page`);
}

async function theCounters({ address, owner, packets }: Given): Promise<void> {
  tell.scene('The answer came from Berth, not from the kernel');
  const local = ['ip', '-o', 'address', 'show', 'dev', 'lo', 'to', address] as const;
  tell.command(owner.name, local, await owner.machine.run(...local));
  const setting = ['cat', '/proc/sys/net/ipv4/conf/all/arp_ignore'] as const;
  const ignores = await owner.machine.run(...setting);
  tell.command(owner.name, setting, ignores);
  assert(Number(ignores) >= 1, 'the kernel answers only for the addresses of the interface that is asked');
  // There may be more, which the client does not hear: on a busy machine nodes ask one that is late.
  const counters = await eventually('at least as many replies counted as the client has heard', async () => {
    const replies = packets.all.filter(({ text }) => text.includes('Reply')).length;
    const metrics = await owner.machine.run('curl', '-sS', 'http://127.0.0.1:7480/metrics');
    const lines = metrics.split('\n').filter((line) => /^berth_.*arp/.test(line));
    const [, counted = 'NaN'] = /^berth_arp_replies_sent_total (\d+)$/m.exec(metrics) ?? [];
    return Number(counted) >= replies ? lines : undefined;
  });
  tell.command(owner.name, "curl -sS http://127.0.0.1:7480/metrics | grep '^berth_.*arp'", counters.join('\n'));
  tell.fact(`the kernel of ${owner.name} keeps silent about an address on lo; Berth sent every reply the client heard`);
}

async function theDeath(stage: Stage, { address, owner, packets }: Given): Promise<void> {
  tell.scene(`${owner.name} dies`);
  const addresses = ['get', 'addresses', '--dir', stage.folder] as const;
  tell.command('', ['berth', ...addresses], await stage.berth(...addresses));
  const heard = packets.all.length;
  tell.say(`\n    (all processes of ${owner.name} are killed by SIGKILL, and its cable is pulled)`);
  const start = performance.now();
  await Promise.all([owner.machine.setCable(false), owner.machine.killAll()]);
  let tries = 0;
  const page = await eventually(
    'another node answers the client',
    async () => {
      tries++;
      const { stdout } = await stage.client.try('curl', '-s', '--max-time', '0.2', `http://${address}/`);
      return stdout === '' ? undefined : stdout;
    },
    { timeoutMs: 20_000 },
  );
  const outage = performance.now() - start;
  tell.command('client', ['curl', '-s', '--max-time', '0.2', `http://${address}/`], page);
  const successor = stage.nodes.find(({ name }) => page === `Hello from ${name}.\n`);
  assert(successor !== undefined && successor !== owner, `another node than ${owner.name} answers, not: ${page}`);
  const announced = await packets.find(new RegExp(`${successor.mac}.*Request who-has ${address}.* tell ${address}`), {
    timeoutMs: 5000,
    start: heard,
  });
  tell.command('client', tcpdumpCommand(POOL_NETWORK), announced.text);
  tell.fact(
    `${successor.name} announced itself and answers the client: ${milliseconds(outage)} and ${tries} tries later`,
  );
  const table = await eventually(`${successor.name} owns it`, async () => {
    const text = await stage.berth(...addresses);
    return new RegExp(`${successor.name} .* Owner`).test(text) ? text : undefined;
  });
  tell.command('', ['berth', ...addresses], table);
  tell.say(
    `\nThe last to take it stands first. What ${owner.name} said last stands until its Lease runs out, 40 s later.`,
  );
  const services = await stage.berth('get', 'services', '--dir', stage.folder);
  assert(services.includes(address), 'the Service keeps its address');
  tell.fact(`the address is the same, the Service was not touched, ${successor.name} is the owner`);
}

function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}

function milliseconds(duration: number): string {
  return duration < 1000 ? `${duration.toFixed(0)} ms` : `${(duration / 1000).toFixed(1)} s`;
}

for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(signal, () => process.exit(128 + number));
}

let stage: Stage | undefined;
try {
  stage = await theStage();
  await theServiceWaits(stage);
  const given = await thePool(stage);
  await theClient(stage, given);
  await theCounters(given);
  await theDeath(stage, given);
  tell.close('That was all. Every process, link and file of it ends here.');
  process.exit(0);
} catch (error) {
  process.stderr.write(
    `\n${stage?.logs() ?? ''}\n\nThe demo failed: ${error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
}
