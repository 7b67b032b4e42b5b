import { type Panel, ROWS } from './panels.ts';

/** Columns of Grafana's grid, and how much of it one panel takes. */
const GRID = 24;
const SIZE = { w: 8, h: 7 };
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** The dashboard as Grafana imports it. */
export function dashboardFile(): string {
  const panels: object[] = [];
  let y = 0;
  for (const row of ROWS) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      gridPos: { x: 0, y, w: GRID, h: 1 },
      panels: [],
    });
    y++;
    for (const [index, panel] of row.panels.entries()) {
      const x = (index * SIZE.w) % GRID;
      if (x === 0 && index > 0) y += SIZE.h;
      panels.push({ id: panels.length + 1, ...panelOf(panel), gridPos: { x, y, ...SIZE } });
    }
    y += SIZE.h;
  }
  const dashboard = {
    uid: 'berth',
    title: 'Berth',
    tags: ['berth'],
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [{ name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' }] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panelOf({ title, description, type, unit, queries }: Panel): object {
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}
