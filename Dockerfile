# syntax=docker/dockerfile:1
# The image of deadringer: Node, the package and its dependencies; no shell, no package manager. See docs/container.md.

# The packages are plain JavaScript: they are built once, on the platform of the builder, and are the same for all platforms.
FROM --platform=$BUILDPLATFORM node:24-trixie-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# The files that the package on npm has, with the dependencies of the lock file.
RUN npm pack --pack-destination /tmp && mkdir /image && tar -xzf /tmp/deadringer-*.tgz --strip-components=1 -C /image
# The client of a shared store is an optional peer of the package, and part of the image.
RUN npm pkg set --json "dependencies.ioredis=$(npm pkg get devDependencies.ioredis)" \
  && npm pkg delete devDependencies.ioredis peerDependencies.ioredis peerDependenciesMeta.ioredis
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund && mv node_modules /image/node_modules

FROM gcr.io/distroless/nodejs24-debian13:nonroot
COPY --from=build /image /app
# The compile cache would be the only thing that the server writes.
ENV NODE_ENV=production NODE_DISABLE_COMPILE_CACHE=1 DEADRINGER_HOST=0.0.0.0
# Documents in /specs and scenarios in /scenarios are the defaults of the commands here.
WORKDIR /
# In digits, which Kubernetes requires to verify "runAsNonRoot".
USER 65532:65532
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s \
  CMD ["/nodejs/bin/node", "-e", "fetch((process.env.DEADRINGER_URL || 'http://127.0.0.1:4010') + '/__deadringer/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node", "/app/bin/deadringer.js"]
CMD ["serve"]
