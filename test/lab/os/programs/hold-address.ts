import { putLoopbackAddress } from '../../../../src/os/loopback-address.ts';

/** hold-address ADDRESS SECONDS: puts an address on lo, writes a line, and renews it every second until killed. */
const [address = '', seconds = ''] = process.argv.slice(2);
const put = () => putLoopbackAddress(address, Number(seconds));
put();
process.stdout.write('put\n');
setInterval(put, 1000);
