# docker buildx build --platform linux/amd64,linux/arm64 --tag berth:0.1.0 .
#
# The last stage holds Node.js, the libraries that it loads and what `npm run build` makes, and nothing else: no shell, no
# npm, no package manager. test/lab/image assembles the same files from its COPY lines, and runs them.
ARG NODE=24

FROM node:${NODE}-bookworm AS bundle
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# Without scripts: they compile raw-socket, which the image does without, and nothing else that is needed here. To omit
# optional packages would leave out esbuild's program as well.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY native native
COPY src src
COPY build.mjs tsconfig.json LICENSE ./
RUN npm run -s build

FROM node:${NODE}-bookworm-slim AS node
COPY image/runtime-files /
RUN /runtime-files node /runtime

FROM scratch
COPY --from=node /runtime/ /
COPY --from=bundle /src/dist/ /usr/lib/berth/
COPY --from=bundle /src/LICENSE /usr/share/doc/berth/
ENV NODE_ENV=production
# Node.js 24 lets what has just been allocated grow to 16 MiB and more for each thread before it looks what is still needed:
# a controller with 1,000 nodes was seen at 171 MiB without this and at 120 with it, at the same processor time.
ENV NODE_OPTIONS=--max-semi-space-size=4
# The manifests let a speaker be root, without whom capabilities are of no use, and take all others away.
USER 65532:65532
ENTRYPOINT ["/usr/bin/node", "/usr/lib/berth/berth.js"]
