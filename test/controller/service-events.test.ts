import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes/service.ts';
import type { EventSink } from '../../src/controller/event-sink.ts';
import { ServiceEvents } from '../../src/controller/service-events.ts';

type Conditions = NonNullable<NonNullable<Service['status']>['conditions']>;
type Condition = Conditions[number];

/** What the sink is told, a line each. */
class Transcript implements EventSink {
  lines: string[] = [];
  record({ type, reason, message }: Parameters<EventSink['record']>[0], goesOn = false) {
    this.lines.push(`${type} ${reason} ${message}${goesOn ? ' (goes on)' : ''}`);
  }
  resume({ reason }: Parameters<EventSink['resume']>[0]) {
    this.lines.push(`resume ${reason}`);
  }
  end() {
    this.lines.push('end');
  }
  clear() {
    this.lines.push('clear');
  }
}

const condition = (type: 'Allocated' | 'Announced', status: Condition['status'], reason: string, message = 'm') =>
  ({ type: `berth.dev/${type}`, status, reason, message }) as Condition;
const PENDING = [condition('Allocated', 'False', 'NoPools'), condition('Announced', 'False', 'NoAddress')];
const GIVEN = condition('Allocated', 'True', 'Allocated');
const SILENT = [GIVEN, condition('Announced', 'False', 'NoSpeaker')];
const AWAITED = [GIVEN, condition('Announced', 'False', 'NotYetAnnounced')];
const KEPT = condition('Allocated', 'True', 'KeptWhileRequestPending');
const DONE = [GIVEN, condition('Announced', 'True', 'Announced')];

const service = (conditions: Conditions = []): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'default', name: 'web' },
  status: { conditions },
});

describe('ServiceEvents', () => {
  it.each<[string, Conditions, Conditions, readonly string[]]>([
    ['a new Service that is pending', [], PENDING, ['Warning NoPools m (goes on)']],
    ['one that gets its address', PENDING, AWAITED, ['Normal Allocated m', 'end']],
    ['one that is announced at last', AWAITED, DONE, ['Normal Announced m', 'end']],
    ['one that nobody announces', PENDING, SILENT, ['Normal Allocated m', 'Warning NoSpeaker m (goes on)']],
    ['one that is lost to the network', DONE, SILENT, ['Warning NoSpeaker m (goes on)']],
    ['one that loses its address', DONE, PENDING, ['Warning NoPools m (goes on)']],
    [
      'another message',
      SILENT,
      [condition('Allocated', 'True', 'Retained', 'other'), condition('Announced', 'False', 'NoSpeaker')],
      ['Normal Retained other', 'resume NoSpeaker'],
    ],
    [
      'a request that breaks while the address is announced',
      DONE,
      [KEPT, condition('Announced', 'True', 'Announced')],
      ['Warning KeptWhileRequestPending m (goes on)'],
    ],
    [
      'one that breaks while nobody announces',
      SILENT,
      [KEPT, condition('Announced', 'False', 'NoSpeaker')],
      ['Warning KeptWhileRequestPending m', 'resume NoSpeaker'],
    ],
    ['one that is mended', [KEPT, condition('Announced', 'True', 'Announced')], DONE, ['Normal Allocated m', 'end']],
    ['nothing but a time', PENDING, PENDING, ['resume NoPools']],
  ])('%s', (_, before, after, expected) => {
    const transcript = new Transcript();
    new ServiceEvents(transcript).changed(service(before), after);
    expect(transcript.lines).toEqual(expected);
  });

  it('goes on with what a former process told, once', () => {
    const transcript = new Transcript();
    const events = new ServiceEvents(transcript);
    events.unchanged(service(PENDING));
    events.unchanged(service(PENDING));
    expect(transcript.lines).toEqual(['resume NoPools']);
    events.forget(service(PENDING));
    events.unchanged(service(DONE));
    expect(transcript.lines).toEqual(['resume NoPools', 'end']);
  });
});
