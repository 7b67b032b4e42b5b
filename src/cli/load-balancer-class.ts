import { InvalidArgumentError, Option } from 'commander';

/** As an API server takes it in `spec.loadBalancerClass`: a qualified name, as the key of a label is one. */
const CLASS =
  /^(?:(?=[^/]{1,253}\/)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?(?=[^/]{1,63}$)[A-Za-z0-9](?:[-_.A-Za-z0-9]*[A-Za-z0-9])?$/;

/** The option `--lb-class`. One that no Service can have is refused: its Berth would serve nothing, and say nothing. */
export function loadBalancerClassOption(description: string): Option {
  return new Option('--lb-class <class>', description).argParser((text) => {
    if (CLASS.test(text)) return text;
    throw new InvalidArgumentError('No Service can have this class: write one such as example.com/berth.');
  });
}
