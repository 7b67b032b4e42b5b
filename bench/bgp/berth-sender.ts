import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '../../test/lab/eventually.ts';
import type { Member } from '../../test/lab/network.ts';
import { assignedPeer } from '../../test/lab/speaker/bgp-worker.ts';
import { RECEIVER, SENDER } from './receiver.ts';
import type { Sender } from './sender.ts';

/** Our worker as it is shipped. @param programs see `bundlePrograms` */
export function berthSender(programs: string): Sender {
  return {
    name: 'berth',
    async start({ member }, count) {
      const peer = assignedPeer({
        ...{ address: RECEIVER.address, peerAs: RECEIVER.as, localAs: SENDER.as },
        ...{ passive: true, holdTime: 240 },
      });
      const links = JSON.parse(await member.run('ip', '-j', 'address', 'show', 'dev', 'eth0')) as { ifindex: number }[];
      const index = links[0]?.ifindex ?? 0;
      const interfaces = [{ name: 'eth0', index, addresses: [`${SENDER.address}/24`] }];
      const assignment = JSON.stringify({ type: 'sessions', peers: [peer], interfaces });
      const file = join(programs, 'berth-process.mjs');
      const child = spawnProgram(member, file, assignment, `${count}`);
      // The worker reports its sessions when it has the routes: from then on it takes connections.
      await said(child, /"type":"sessions","sessions":\[\{.*"state":"Active"/);
      return commands(child);
    },
  };
}

/** What sends octets that were ready before. @param programs see `bundlePrograms` */
export function readyMadeSender(programs: string): Sender {
  return {
    name: 'ready-made',
    async start({ member }, count) {
      const address = SENDER.address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
      const file = join(programs, 'ready-made-process.mjs');
      const child = spawnProgram(member, file, `${SENDER.as}`, `${address}`, `${count}`);
      await said(child, /^ready/);
      return commands(child);
    },
  };
}

function spawnProgram(member: Member, file: string, ...args: readonly string[]): ChildProcess {
  const profile = process.env.PROF ? ['--cpu-prof', `--cpu-prof-dir=${process.env.PROF}`] : [];
  return member.spawn(process.execPath, [...profile, file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function said(child: ChildProcess, wanted: RegExp): Promise<void> {
  if (child.stdout === null) throw new Error('bench: a program without output');
  let isSaid = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    isSaid ||= wanted.test(line);
  });
  await eventually(`a program says ${wanted}`, async () => (isSaid ? true : undefined), { timeoutMs: 60_000 });
}

function commands(child: ChildProcess) {
  return {
    add: async (prefix: string) => {
      child.stdin?.write(`add ${prefix}\n`);
    },
    withdrawAll: async () => {
      child.stdin?.write('withdraw\n');
    },
  };
}
