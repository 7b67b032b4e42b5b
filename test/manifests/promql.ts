/** The metrics that a query asks for, without what Prometheus appends to the name of a histogram. */
export function metricNamesIn(expr: string): readonly string[] {
  const names = expr.match(/\b(?:berth|process|nodejs)_[a-z0-9_]+/g) ?? [];
  return [...new Set(names.map(withoutSuffix))];
}

/** The labels that a query selects by, each with its metric. */
export function selectorsIn(expr: string): readonly (readonly [metric: string, label: string])[] {
  return [...expr.matchAll(/\b(berth_[a-z0-9_]+)\{([^}]*)\}/g)].flatMap(([, metric = '', selectors = '']) =>
    [...selectors.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)].map(
      ([, label = '']) => [withoutSuffix(metric), label] as const,
    ),
  );
}

/** The labels that a query groups or joins by. */
export function groupingsIn(expr: string): readonly string[] {
  return [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/));
}

function withoutSuffix(name: string): string {
  return name.replace(/_(?:bucket|sum|count)$/, '');
}
