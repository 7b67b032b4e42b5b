import * as z from 'zod';

/** A list of names without order, each at most once, at most 128 of them. */
export function nameSet<N extends z.ZodString>(name: N) {
  return z
    .array(name)
    .max(128)
    .superRefine((names, context) => {
      names.forEach((text, index) => {
        if (names.indexOf(text) < index) {
          context.addIssue({ code: 'custom', path: [index], message: `"${text}" is listed twice: remove one` });
        }
      });
    })
    .meta({ 'x-kubernetes-list-type': 'set' });
}
