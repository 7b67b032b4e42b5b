import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What promtool finds amiss in the metrics that a daemon shows, by line. */
export async function metricFaults(scrape: string): Promise<readonly string[]> {
  const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  child.stdin.end(`${scrape.trimEnd()}\n`);
  await once(child, 'close');
  // What prom-client measures of Node.js by itself is named as its own users know it.
  return output.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_'));
}
