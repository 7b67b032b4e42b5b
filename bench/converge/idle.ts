import type { Result } from '../measure.ts';
import type { Lab } from './lab.ts';

export async function idle(_lab: Lab, _minutes: number): Promise<readonly Result[]> {
  return [];
}
