import ts from 'typescript';

/** The folders of the pure core: no clock, socket, randomness, process, files or log. */
export const PURE_FOLDERS: readonly string[] = [
  'ip',
  'api',
  'allocator',
  'announcement',
  'ingress',
  'explain',
  'doctor',
  'import',
  'router-config',
  'speaker/arp',
  'speaker/ndp',
  'speaker/mld',
  'speaker/bfd',
  'speaker/ownership',
  'speaker/bgp/message',
  'speaker/bgp/session-state',
  'speaker/bgp/adj-rib-out',
];

/**
 * Which folders of src the files of each folder may import, beside their own folder. A folder below one of these has
 * its rules unless it is named itself.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  ip: [],
  api: ['ip'],
  log: [],
  http: ['log'],
  allocator: ['ip', 'api'],
  announcement: ['ip', 'api'],
  ingress: ['api'],
  os: ['ip'],
  store: ['ip', 'api', 'log'],
  'store/directory': ['ip', 'api', 'log', 'os', 'store'],
  'store/cluster': ['ip', 'api', 'log', 'store'],
  explain: ['ip', 'api', 'allocator', 'announcement', 'ingress'],
  doctor: ['ip', 'api', 'allocator', 'announcement', 'explain'],
  import: ['api'],
  'router-config': ['ip', 'api', 'announcement'],
  controller: ['ip', 'api', 'allocator', 'announcement', 'ingress', 'store', 'log', 'http'],
  speaker: [
    ...['ip', 'api', 'announcement', 'store', 'os', 'log', 'http'],
    ...['speaker/wire', 'speaker/arp', 'speaker/ndp', 'speaker/bfd', 'speaker/ownership', 'speaker/bgp'],
  ],
  'speaker/wire': [
    ...['ip', 'announcement', 'os'],
    ...['speaker/arp', 'speaker/ndp', 'speaker/mld', 'speaker/bfd', 'speaker/ownership', 'speaker/bgp'],
  ],
  'speaker/arp': ['ip'],
  'speaker/ndp': ['ip', 'speaker/arp'],
  'speaker/mld': ['speaker/ndp'],
  'speaker/bfd': ['ip'],
  'speaker/bgp/message': ['ip'],
  'speaker/bgp/session-state': ['ip', 'speaker/bgp/message'],
  'speaker/bgp/adj-rib-out': ['ip', 'speaker/bgp/message'],
  'speaker/ownership': ['ip', 'speaker/arp'],
  cli: [
    ...['ip', 'api', 'allocator', 'announcement', 'explain', 'doctor', 'import', 'router-config', 'controller'],
    ...['speaker', 'store', 'os', 'log', 'http'],
  ],
};

/** Packages that only one layer may touch, so that what they do has one place. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  'node:fs': ['os', 'store/directory', 'store/cluster', 'cli'],
  'node:fs/promises': ['os', 'store/directory', 'store/cluster', 'cli'],
  'node:child_process': [],
  'node:net': ['os', 'http'],
  'node:dgram': ['os'],
  'node:http': ['http', 'store/cluster'],
  'node:https': ['http', 'store/cluster'],
  '@kubernetes/client-node': ['store/cluster'],
  winston: ['log'],
  yaml: ['store/directory', 'cli'],
  commander: ['cli'],
};

/** The folder of a file of src, such as `speaker/arp` for `src/speaker/arp/packet.ts`. */
export function folderOf(path: string): string {
  return path.replace(/^src\//, '').replace(/\/?[^/]*$/, '');
}

/** Whether a folder is another one or lies below it. */
export function isWithin(folder: string, other: string): boolean {
  return folder === other || folder.startsWith(`${other}/`);
}

/** Whether the files of a folder may import those of another. Undefined where the folder is in no layer yet. */
export function mayImport(from: string, to: string): boolean | undefined {
  const layer = layerOf(from);
  if (layer === undefined) return undefined;
  if (layerOf(to) === layer) return true;
  return LAYERS[layer]?.some((allowed) => isWithin(to, allowed)) ?? false;
}

/** Which modules a file imports, by whatever form, in order. */
export function importsOf(text: string): readonly string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** What the imports of one file of src break: the direction between the layers, or a package's one place. */
export function findMisplacedImports(path: string, text: string): readonly string[] {
  const folder = folderOf(path);
  const faults: string[] = [];
  if (layerOf(folder) === undefined) faults.push(`${path}: src/${folder} has no place in test/house/layers.ts`);
  for (const specifier of importsOf(text)) {
    if (specifier.startsWith('.')) {
      const target = resolve(path, specifier);
      // The version that the program tells is the package's.
      const allowed = target.startsWith('src/') ? mayImport(folder, folderOf(target)) : target === 'package.json';
      if (allowed === false) faults.push(`${path}: src/${folder} may not import ${target}`);
    } else if (Object.hasOwn(RESERVED, specifier)) {
      const places = RESERVED[specifier] ?? [];
      if (!places.some((place) => isWithin(folder, place)))
        faults.push(`${path}: src/${folder} may not use ${specifier}`);
    }
  }
  if (!isWithin(folder, 'os') && /\.node['"`]|\bdlopen\b/.test(text)) {
    faults.push(`${path}: only src/os loads native code`);
  }
  return faults;
}

/**
 * The circles of files that import each other, types included: each as its paths, from one back to itself.
 *
 * @param texts the text of each file, by its path
 */
export function findCircles(texts: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const follow = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    const relative = importsOf(texts.get(path) ?? '').filter((specifier) => specifier.startsWith('.'));
    for (const specifier of relative) follow(resolve(path, specifier), [...trail, path]);
    done.add(path);
  };
  for (const path of texts.keys()) follow(path, []);
  return circles;
}

/** The path that a relative import in a file means, from the root of the repository. */
export function resolve(path: string, specifier: string): string {
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function layerOf(folder: string): string | undefined {
  const layers = Object.keys(LAYERS).filter((layer) => isWithin(folder, layer));
  return layers.sort((a, b) => b.length - a.length)[0];
}
