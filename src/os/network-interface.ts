/** A network interface of this host. */
export interface NetworkInterface {
  readonly name: string;
  /** As the kernel numbers it: unique in a network namespace, and not given again while that lasts. */
  readonly index: number;
  /** Link-layer address such as `02:00:00:00:00:11`, in lower case; empty where there is none. */
  readonly mac: string;
  /** It can carry frames: set up by the administrator, and its carrier is there. */
  readonly up: boolean;
  /** It is `lo`. */
  readonly loopback: boolean;
  /** It does not speak ARP: a tunnel, a point-to-point link, or so configured. */
  readonly noArp: boolean;
  /** It is a port of a bridge, a bond or a VRF, which then has the addresses. */
  readonly master: boolean;
  /** The driver of a virtual interface, such as `vrf` or `bridge` (ip-link(8)). */
  readonly kind?: string | undefined;
  /** The name of the VRF that it is, or that it is a port of; undefined in the main table. */
  readonly vrf?: string | undefined;
  /** `192.0.2.11/24`, IPv4 before IPv6, each in ascending order; those on probation or deprecated included. */
  readonly addresses: readonly string[];
  /** Those of them on probation, or that failed it (RFC 4862 section 5.4); undefined where there are none. */
  readonly onProbation?: readonly string[] | undefined;
  /** Those of `lo` that have a lifetime, such as Berth's own; undefined where there are none, and on other interfaces. */
  readonly expiring?: readonly string[] | undefined;
  /** Routers of the default routes of any table through it, in the order of `addresses`. */
  readonly gateways: readonly string[];
}
