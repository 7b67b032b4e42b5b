import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../test/lab/eventually.ts';
import { type Member, Segment } from '../test/lab/network.ts';
import { Lines } from './lines.ts';
import { tcpdumpCommand, tcpdumpEnvironment } from './tcpdump.ts';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** One node: a machine with a web server and Berth on it. */
export interface DemoNode {
  readonly machine: Member;
  readonly name: string;
  readonly address: string;
  readonly mac: string;
}

interface Written {
  readonly output: Lines;
  readonly errors: Lines;
}

/** One row of `berth get addresses`. */
interface AddressRow {
  readonly node: string | null;
  readonly role: string | null;
}

/**
 * Three nodes and a client on one switch, and the folder that the nodes share. All of it is in namespaces and on a tmpfs
 * that end with this process, so nothing has to be put away.
 */
export class Stage {
  /** The folder of YAML files, on this machine's private /run. */
  readonly folder = '/run/demo';
  readonly nodes: readonly DemoNode[];
  readonly client: Member;
  readonly #logs: (Written & { readonly title: string })[] = [];
  readonly #path: string;

  private constructor(nodes: readonly DemoNode[], client: Member, path: string) {
    this.nodes = nodes;
    this.client = client;
    this.#path = path;
  }

  static async set(): Promise<Stage> {
    const bin = '/run/bin';
    await mkdir(bin);
    await symlink(`${ROOT}dist/berth.js`, `${bin}/berth`);
    const segment = await Segment.create('switch');
    const nodes: DemoNode[] = [];
    for (const number of [1, 2, 3]) {
      const name = `n${number}`;
      const address = `192.0.2.1${number}`;
      const mac = `02:00:00:00:00:1${number}`;
      nodes.push({ name, address, mac, machine: await segment.add({ name, addresses: [`${address}/24`], mac }) });
    }
    const client = await segment.add({ name: 'client', addresses: ['192.0.2.100/24'], mac: '02:00:00:00:01:00' });
    const stage = new Stage(nodes, client, `${bin}:${process.env.PATH}`);
    await mkdir(stage.folder);
    return stage;
  }

  /** Copies a file that lies beside this one into the folder. */
  async put(file: string): Promise<void> {
    await cp(`${ROOT}demo/${file}`, `${this.folder}/${file}`);
  }

  /** Starts the node's web server and waits until it serves. */
  async startPage({ name, machine }: DemoNode): Promise<void> {
    this.#start(machine, ['node', `${ROOT}demo/page.mjs`, name]);
    await eventually(`the web server of ${name}`, async () => {
      const { status } = await machine.try('curl', '-s', '--max-time', '1', 'http://127.0.0.1/');
      return status === 0 || undefined;
    });
  }

  /** Starts a program on a machine; what it writes is kept for {@link logs}. */
  #start(machine: Member, command: readonly string[], env: NodeJS.ProcessEnv = {}): Written {
    const [program = '', ...args] = command;
    const environment = { ...this.#environment(), ...env };
    const { stdout, stderr } = machine.spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
    if (stdout === null || stderr === null) throw new Error(`${program}: no pipes`);
    const written = { output: new Lines(stdout), errors: new Lines(stderr) };
    this.#logs.push({ title: `${machine.name}$ ${command.join(' ')}`, ...written });
    return written;
  }

  /** The arguments of `berth` on a node. */
  standalone(node: DemoNode): readonly string[] {
    return ['standalone', this.folder, '--shared', '--node', node.name];
  }

  /** Starts Berth on a node. */
  startBerth(node: DemoNode): void {
    this.#start(node.machine, ['berth', ...this.standalone(node)]);
  }

  /** Starts to listen on the client for ARP about the addresses of a network, and waits until it hears. */
  async listen(network: string): Promise<Lines> {
    const { output, errors } = this.#start(this.client, tcpdumpCommand(network), await tcpdumpEnvironment());
    await errors.find(/listening on/, { timeoutMs: 5000 });
    return output;
  }

  /** Runs `berth` on this machine, which sees the folder as the nodes do. */
  async berth(...args: readonly string[]): Promise<string> {
    const { stdout } = await execute('berth', [...args], { env: this.#environment() });
    return stdout;
  }

  /** Runs `berth` until this process ends, and collects what it writes. */
  follow(...args: readonly string[]): Lines {
    const child = execFile('berth', [...args], { env: this.#environment() });
    if (child.stdout === null) throw new Error('not piped');
    return new Lines(child.stdout);
  }

  /** The nodes whose speakers report that they own the address. A dead node's last report stays. */
  async owners(): Promise<readonly DemoNode[]> {
    const text = await this.berth('get', 'addresses', '--dir', this.folder, '-o', 'json');
    const { items } = JSON.parse(text) as { readonly items: readonly AddressRow[] };
    const names = items.filter(({ role }) => role === 'Owner').map(({ node }) => node);
    return this.nodes.filter(({ name }) => names.includes(name));
  }

  /** What the programs on the machines wrote, for a demo that fails. */
  logs(): string {
    return this.#logs
      .map(({ title, output, errors }) => [title, output.text(), errors.text()].filter(Boolean).join('\n'))
      .join('\n\n');
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: this.#path };
  }
}
