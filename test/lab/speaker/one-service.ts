/** What a Service is given that asks for an address. */
export const ADDRESS = '192.0.2.50';
/** A pool of one address, and a Service that asks for one. */
export const OBJECTS = `apiVersion: berth.dev/v1beta1
kind: IPAddressPool
metadata: {name: public}
spec: {addresses: [${ADDRESS}/32]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
`;
