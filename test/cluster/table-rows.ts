/**
 * The rows of `kubectl berth get services` for the Service `web` in a text, with what differs from run to run taken out: the
 * cluster IP, the node port and the age.
 */
export function tableRows(text: string): readonly string[] {
  const rows = text.match(/^ *web +LoadBalancer .*$/gm) ?? [];
  return rows.map((row) =>
    row
      .trim()
      .replace(/10\.96\.\S+/, 'IP')
      .replace(/80:\d+/, '80:N')
      .replace(/\d+s/, 'AGE')
      .replaceAll(/ +/g, ' '),
  );
}
