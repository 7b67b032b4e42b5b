import { readFileSync } from 'node:fs';
import type { Form } from '../form.ts';

/** The version of this project. */
export const VERSION: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

/** What a container runs. */
export function image(form: Form): object {
  return {
    image: form.text(
      '"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
      `berth:${VERSION}`,
    ),
    imagePullPolicy: form.scalar('.Values.image.pullPolicy', 'IfNotPresent'),
  };
}
