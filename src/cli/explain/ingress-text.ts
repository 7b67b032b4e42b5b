import type { IngressDetails } from '../../explain/explanation.ts';
import { fieldsText } from './layout.ts';

/** What an explanation of an Ingress says besides its head. */
export function ingressBlocks(details: IngressDetails): readonly string[] {
  const { class: itsClass, service, candidates, shows, writers } = details;
  const writtenBy = writers.map(({ manager, isOurs }) => (isOurs ? `${manager} (Berth)` : manager));
  return [
    fieldsText([
      ['Class', itsClass === null ? null : classText(itsClass)],
      ['Service', service === null ? null : serviceText(service)],
      ...(candidates.length > 0 ? [['May be', candidates.join(', ')] as const] : []),
      ['Shows', shows.join(', ')],
      ...(writtenBy.length > 0 ? [['Written by', writtenBy.join(', ')] as const] : []),
    ]),
  ];
}

function classText({ name, controller, exists }: NonNullable<IngressDetails['class']>): string {
  return exists ? `${name}, served by ${controller ?? '<none>'}` : `${name}, which does not exist`;
}

function serviceText({ service, by, exists, shows }: NonNullable<IngressDetails['service']>): string {
  const rule = by === 'Annotation' ? 'the annotation berth.dev/service' : 'the table of known controllers';
  const has = exists ? `which has ${shows.join(', ') || 'no address'}` : 'which does not exist';
  return `${service}, by ${rule}, ${has}`;
}
